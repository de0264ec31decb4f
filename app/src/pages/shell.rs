//! The frame around every page: top bar, rail, and the live stream behind them.

use leptos::prelude::*;
use leptos_router::components::{A, Outlet};

use super::palette::Palette;
use crate::api::alerts::ChangeAlerts;
use crate::api::call::Call;
use crate::error::Error;
use crate::live::{Clock, Live, LiveState};
use crate::pages::alert::Changes;
use crate::read::Json;
use crate::types::{AlertChange, Shell, time};
use crate::ui::pill::LivePill;
use crate::ui::text::counted;
use crate::ui::{Brand, Icon, Problem, ToastBar, Toasts};

/// The server knows who is signed in before it draws; the browser is told with the page.
#[component]
pub fn Frame() -> impl IntoView {
    let shell = SharedValue::<_, Json>::new_with_encoding(use_context::<Shell>).into_inner();
    provide_context(Live::new());
    match shell {
        Some(shell) => view! { <Signed shell/> }.into_any(),
        None => view! {
            <main class="main" id="main">
                <Problem error=Error::Unauthorized retry=|()| ()/>
            </main>
        }
        .into_any(),
    }
}

#[component]
fn Signed(shell: Shell) -> impl IntoView {
    let live = expect_context::<Live>();
    let clock = Clock(RwSignal::new(shell.now));
    provide_context(clock);
    provide_context(shell.actor.clone());
    provide_context(Toasts(RwSignal::new(None)));
    let undo = provide_changes(live);
    let (seq, build) = (shell.seq, shell.build.clone());
    Effect::new(move |_| live.start(clock, seq, build.clone()));
    view! {
        <a class="skip-link" href="#main" rel="external">"Skip to content"</a>
        <div class="shell">
            <TopBar shell=shell.clone()/>
            <Rail shell/>
            <main class="main" id="main" tabindex="-1"><Outlet/></main>
            <ToastBar undo/>
        </div>
    }
}

/// The one action by which every page changes alerts, and how a change is taken back.
fn provide_changes(live: Live) -> Callback<(AlertChange, Vec<i64>)> {
    let change = Changes::to::<ChangeAlerts>();
    provide_context(change);
    let toasts = expect_context::<Toasts>();
    Effect::new(move |_| {
        let Some(Ok(changed)) = change.get() else { return };
        toasts.say_changed(&changed);
        // What was changed comes back over the stream; without one the lists are loaded again.
        if !matches!(live.state.get_untracked(), LiveState::Live { .. } | LiveState::CaughtUp { .. }) {
            live.reload.update(|n| *n += 1);
        }
    });
    Callback::new(move |(back, ids): (AlertChange, Vec<i64>)| {
        let ids = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
        change.send(Call::of(ChangeAlerts { change: back, ids }));
    })
}

#[component]
fn TopBar(shell: Shell) -> impl IntoView {
    let live = expect_context::<Live>();
    view! {
        <header class="topbar">
            <a class="brand" href="/"><Brand/><span class="brand-name">"OpsCenter"</span></a>
            <Palette/>
            {move || live.outdated.get().then(|| view! {
                <a class="button" data-size="small" href="" rel="external">"New version, reload"</a>
            })}
            <LivePill/>
            <button class="icon-button" type="button" aria-label="Sound for critical alerts"
                title=move || if live.sound.get() { "Sound is on" } else { "Sound is off" }
                aria-pressed=move || live.sound.get().to_string() on:click=move |_| live.toggle_sound()>
                {move || sound_icon(live.sound.get())}
            </button>
            <button class="icon-button" type="button" aria-label="Switch theme" title="Switch theme" on:click=|_| switch_theme()>
                <ThemeIcons/>
            </button>
            <AccountMenu shell/>
        </header>
    }
}

fn sound_icon(on: bool) -> impl IntoView {
    let data = if on { icondata_lu::LuVolume2 } else { icondata_lu::LuVolumeX };
    view! { <Icon data/> }
}

/// Both, and the style sheet shows the one that is not in force.
#[component]
fn ThemeIcons() -> impl IntoView {
    view! {
        <span class="theme-light"><Icon data=icondata_lu::LuSun/></span>
        <span class="theme-dark"><Icon data=icondata_lu::LuMoon/></span>
    }
}

#[component]
fn AccountMenu(shell: Shell) -> impl IntoView {
    let live = expect_context::<Live>();
    let email = shell.actor.name.clone();
    let initials: String = email.chars().filter(|c| c.is_alphanumeric()).take(2).collect();
    view! {
        <details class="menu">
            <summary class="avatar" aria-label=format!("Account: {email}")>{initials}</summary>
            <div class="menu-panel">
                <p class="menu-head"><strong>{email}</strong>{shell.actor.role.as_str()}</p>
                <button class="menu-item" type="button" data-phone="" on:click=move |_| live.toggle_sound()>
                    {move || sound_icon(live.sound.get())}"Sound for critical alerts"
                </button>
                <button class="menu-item" type="button" data-phone="" on:click=|_| switch_theme()>
                    <ThemeIcons/>"Switch theme"
                </button>
                <a class="menu-item" href="/settings"><Icon data=icondata_lu::LuSettings/>"Settings"</a>
                <form method="post" action="/sign-out">
                    <button class="menu-item"><Icon data=icondata_lu::LuLogOut/>"Sign out"</button>
                </form>
            </div>
        </details>
    }
}

#[component]
fn Rail(shell: Shell) -> impl IntoView {
    let live = expect_context::<Live>();
    let clock = expect_context::<Clock>();
    let at_first = shell.unread;
    let unread = Memo::new(move |_| live.numbers.with(|numbers| numbers.as_ref().map_or(at_first, |n| n.stats.unread)));
    let up = move || time::span(clock.now() - shell.started_at);
    let count =
        move || {
            (unread.get() > 0).then(|| view! {
            <span class="rail-count" aria-label=counted(unread.get(), "unread alert")>{unread.get().min(999)}</span>
        })
        };
    view! {
        <aside class="rail">
            <a class="brand" href="/"><Brand/><span class="brand-name">"OpsCenter"</span></a>
            <nav aria-label="Main">
                <ul class="rail-nav">
                    <li><A href="/" exact=true attr:class="rail-link" attr:title="Overview">
                        <Icon data=icondata_lu::LuLayoutDashboard/><span class="rail-word">"Overview"</span>
                    </A></li>
                    <li><A href="/alerts" attr:class="rail-link" attr:title="Alerts">
                        <Icon data=icondata_lu::LuBell/><span class="rail-word">"Alerts"</span>{count}
                    </A></li>
                    <li><A href="/events" attr:class="rail-link" attr:title="Events">
                        <Icon data=icondata_lu::LuActivity/><span class="rail-word">"Events"</span>
                    </A></li>
                    <li><A href="/sources" attr:class="rail-link" attr:title="Sources">
                        <Icon data=icondata_lu::LuWebhook/><span class="rail-word">"Sources"</span>
                    </A></li>
                    <li><A href="/notifications" attr:class="rail-link" attr:title="Notifications">
                        <Icon data=icondata_lu::LuSend/><span class="rail-word">"Notifications"</span>
                    </A></li>
                    <li class="rail-last"><A href="/settings" attr:class="rail-link" attr:title="Settings">
                        <Icon data=icondata_lu::LuSettings/><span class="rail-word">"Settings"</span>
                    </A></li>
                </ul>
            </nav>
            <p class="rail-foot"><strong>{shell.host}</strong>{format!("v{} · up ", shell.version)}{up}</p>
        </aside>
    }
}

/// Dark or light, the other than now; kept in a cookie, so that the server draws it right at once.
#[cfg(feature = "hydrate")]
pub fn switch_theme() {
    use wasm_bindgen::JsCast;
    let Some(root) = document().document_element() else { return };
    let system_is_dark =
        || window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|query| query.matches());
    let is_dark = root.get_attribute("data-theme").map_or_else(system_is_dark, |theme| theme == "dark");
    let theme = if is_dark { "light" } else { "dark" };
    let _always_possible = root.set_attribute("data-theme", theme);
    if let Ok(html) = document().dyn_into::<web_sys::HtmlDocument>() {
        let _may_be_off = html.set_cookie(&format!("theme={theme}; Path=/; Max-Age=31536000; SameSite=Lax"));
    }
}

#[cfg(not(feature = "hydrate"))]
pub fn switch_theme() {}

//! The top bar: search, live pill, sound, theme, account.

use leptos::html::Details;
use leptos::prelude::*;

use super::desktop::DesktopChoice;
use super::push::PushChoice;
use crate::live::Live;
use crate::pages::palette::Palette;
use crate::types::Shell;
use crate::ui::menu::{is_open_now, menu_key};
use crate::ui::pill::LivePill;
use crate::ui::theme::{ThemeIcons, switch_theme};
use crate::ui::zone::Zone;
use crate::ui::{Brand, Icon};

/// Also shows a link to reload after the server was updated.
#[component]
pub fn TopBar(shell: Shell) -> impl IntoView {
    let live = expect_context::<Live>();
    view! {
        <header class="topbar">
            <a class="brand" href="/"><Brand/></a>
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
            <button class="icon-button" type="button" aria-label="Switch theme" title="Switch theme"
                on:click=|_| switch_theme()>
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

#[component]
fn AccountMenu(shell: Shell) -> impl IntoView {
    let (live, zone) = (expect_context::<Live>(), expect_context::<Zone>());
    let (menu, is_open) = (NodeRef::<Details>::new(), RwSignal::new(false));
    // The menu may be open before hydration.
    Effect::new(move |_| is_open.set(is_open_now(menu)));
    let email = shell.actor.name.clone();
    let initials: String = email.chars().filter(|c| c.is_alphanumeric()).take(2).collect();
    view! {
        <details class="menu" node_ref=menu on:toggle=move |_| is_open.set(is_open_now(menu))
            on:keydown=move |event| menu_key(menu, &event)>
            <summary class="avatar" aria-label=format!("Account: {email}")>{initials}</summary>
            <div class="menu-panel">
                <p class="menu-head"><strong>{email}</strong>{shell.actor.role.as_str()}</p>
                <button class="menu-item" type="button" data-phone="" on:click=move |_| live.toggle_sound()>
                    {move || sound_icon(live.sound.get())}"Sound for critical alerts"
                </button>
                <button class="menu-item" type="button" data-phone="" on:click=|_| switch_theme()>
                    <ThemeIcons/>"Switch theme"
                </button>
                <button class="menu-item" type="button" on:click=move |_| zone.switch()>
                    <Icon data=icondata_lu::LuClock/>
                    {move || if zone.is_local() { "Show times in UTC" } else { "Show local times" }}
                </button>
                <DesktopChoice/>
                <PushChoice is_open=is_open.into()/>
                <a class="menu-item" href="/settings"><Icon data=icondata_lu::LuSettings/>"Settings"</a>
                <form method="post" action="/sign-out">
                    <button class="menu-item"><Icon data=icondata_lu::LuLogOut/>"Sign out"</button>
                </form>
            </div>
        </details>
    }
}

//! The shell around every page: top bar, navigation rail and the live stream.

mod desktop;
mod push;
mod rail;
mod topbar;

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::components::Outlet;

use crate::api::alerts::{ChangeAlerts, UndoAlerts};
use crate::api::call::Call;
use crate::error::Error;
use crate::live::{Clock, Live, LiveState, Unread};
use crate::pages::alert::Changes;
use crate::pages::lazy::preload_all;
use crate::pages::sources::NewSecret;
use crate::read::Json;
use crate::types::Shell;
use crate::ui::zone::Zone;
use crate::ui::{Problem, ToastBar, Toasts};

use rail::Rail;
use topbar::TopBar;

/// Time after which the programs of other pages load, so that they do not compete with this page's.
const QUIET: Duration = Duration::from_secs(2);

/// The layout of every signed-in page. The server provides [`Shell`] as context before rendering; the browser reads the same
/// data from the page. Provides the contexts that pages use: user, clock, live stream, toasts and [`Changes`].
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
    let clock = Clock::new(shell.now);
    provide_context(clock);
    provide_context(Zone::new(clock));
    provide_context(shell.actor.clone());
    provide_context(shell.clone());
    provide_context(Toasts(RwSignal::new(None)));
    provide_context(NewSecret(RwSignal::new(None)));
    let unread = Unread::new(live, shell.unread);
    unread.mark_icon();
    provide_context(unread);
    let undo = provide_changes(live);
    let (seq, build) = (shell.seq, shell.build.clone());
    Effect::new(move |_| live.start(clock, seq, build.clone()));
    Effect::new(|_| set_timeout(|| leptos::task::spawn_local(preload_all()), QUIET));
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

/// Provides [`Changes`], the action through which every page changes alerts, and returns the undo callback.
fn provide_changes(live: Live) -> Callback<String> {
    let change = Changes::to::<ChangeAlerts>();
    provide_context(change);
    let toasts = expect_context::<Toasts>();
    Effect::new(move |_| {
        match change.get() {
            Some(Ok(changed)) => toasts.say_changed(&changed),
            // The pages show the error where the alerts are.
            Some(Err(_)) | None => return,
        }
        // The live stream delivers the changed alerts. Without a connection, reload the lists.
        if !matches!(live.state.get_untracked(), LiveState::Live { .. } | LiveState::CaughtUp { .. }) {
            live.reload.update(|n| *n += 1);
        }
    });
    Callback::new(move |id| change.send(Call::of(UndoAlerts { id })))
}

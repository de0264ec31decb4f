//! The live pill: the state of the live connection.

use leptos::prelude::*;

use super::Icon;
use super::text::tenths;
use crate::live::{Clock, Live, LiveState};
use crate::types::time;

/// Requires the [`Live`] context, and while stale the [`Clock`].
#[component]
pub fn LivePill() -> impl IntoView {
    let live = expect_context::<Live>();
    view! {
        <span class="pill" data-state=move || live.state.get().as_str() role="status">
            {move || words(live.state.get())}
        </span>
    }
}

fn words(state: LiveState) -> AnyView {
    match state {
        LiveState::Connecting => {
            view! { <Icon data=icondata_lu::LuLoaderCircle spin=true/><strong>"Connecting…"</strong> }.into_any()
        }
        LiveState::Reconnecting => {
            view! { <Icon data=icondata_lu::LuLoaderCircle spin=true/><strong>"Reconnecting…"</strong> }.into_any()
        }
        LiveState::Live { lag_ms } => view! {
            <span class="pill-dot"></span><strong>"Live"</strong>
            <span class="pill-lag">{format!("{} s", tenths(lag_ms / 100))}</span>
        }
        .into_any(),
        LiveState::CaughtUp { missed } => view! {
            <span class="pill-dot"></span><strong>"Caught up"</strong><span>{format!("{missed} missed")}</span>
        }
        .into_any(),
        LiveState::Stale { since } => stale(since),
    }
}

fn stale(since: i64) -> AnyView {
    let clock = expect_context::<Clock>();
    let age = move || time::span(clock.now() - since);
    view! {
        <Icon data=icondata_lu::LuWifiOff/>
        <strong>"Stale"</strong>
        <span><span class="pill-long">"last update "</span>{age}<span class="pill-long">" ago"</span></span>
    }
    .into_any()
}

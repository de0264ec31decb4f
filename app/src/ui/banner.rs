//! Full-width messages at the top of a page.

use leptos::prelude::*;

use super::Icon;
use super::zone::Zone;
use crate::error::Error;
use crate::live::{Live, LiveState};

/// Shown while the live stream is stale: the time of the data, and a button to reconnect. Requires the [`Live`] context.
#[component]
pub fn ConnectionLost() -> impl IntoView {
    let (live, zone) = (expect_context::<Live>(), expect_context::<Zone>());
    let since = move || match live.state.get() {
        LiveState::Stale { since } => Some(since),
        _ => None,
    };
    move || {
        since().map(|since| {
            view! {
                <div class="banner" data-tone="warn" role="status">
                    <Icon data=icondata_lu::LuWifiOff/>
                    <div>
                        <strong>"Connection lost"</strong>
                        {format!("Showing data from {}. Updates resume when the server answers.", zone.moment(since))}
                    </div>
                    <button class="button" type="button" on:click=move |_| live.retry()>
                        <Icon data=icondata_lu::LuRefreshCw/>"Try now"
                    </button>
                </div>
            }
        })
    }
}

/// A source that cannot be used, with the reason.
#[component]
pub fn BrokenSource(
    /// Reason, without a final period.
    why: String,
) -> impl IntoView {
    view! {
        <div class="banner" data-tone="bad" role="alert">
            <Icon data=icondata_lu::LuCircleX/>
            <div>
                <strong>"This source is broken"</strong>
                {format!("Deliveries get a 503 response so that the provider retries them: {why}.")}
            </div>
        </div>
    }
}

/// An error that does not belong to a single field.
#[component]
pub fn ErrorBanner(
    /// The error to show.
    error: Error,
) -> impl IntoView {
    view! {
        <div class="banner" data-tone="bad" role="alert">
            <Icon data=icondata_lu::LuCircleX/>
            <div><strong>"Something went wrong"</strong>{error.sentence()}</div>
        </div>
    }
}

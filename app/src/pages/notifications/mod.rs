//! The notifications page: the log and the channels.

mod actions;
mod add;
mod card;
mod channels;
mod filters;
mod form;
mod log;
mod table;

use leptos::prelude::*;

use crate::pages::may::may_act;
use crate::pages::post::{Post, PostForm};
use crate::types::UndeliveredReason;
use crate::types::words::capitalized;
use crate::ui::Icon;
use crate::ui::text::{capped, counted_some, visible};

pub use channels::ChannelsPage;
pub use log::NotificationsPage;

/// Tabs of the log and the channels.
#[component]
fn Tabs(current: &'static str) -> impl IntoView {
    let tab = |href: &'static str, word: &'static str| {
        view! { <a href=href aria-current=(href == current).then_some("page")>{word}</a> }
    };
    view! {
        <nav class="segmented" aria-label="Log or channels">
            {tab("/notifications", "Log")}{tab("/notifications/channels", "Channels")}
        </nav>
    }
}

/// The number of undelivered alerts, the reasons, and a button that retries all of them; nothing if there are none.
#[component]
fn Undelivered(count: i64, reasons: Vec<UndeliveredReason>, retry: Post<()>) -> impl IntoView {
    let again = may_act().then(|| {
        view! {
            <PostForm post=retry>
                <button class="button" data-size="small" disabled=move || retry.pending()>"Retry"</button>
            </PostForm>
        }
    });
    (count > 0).then(|| {
        view! {
            <div class="banner" data-tone="bad" role="alert">
                <Icon data=icondata_lu::LuBellOff/>
                <div>
                    <strong>{format!("{} failed to notify anyone", counted_some(count, "alert"))}</strong>
                    {why(&reasons)}
                </div>
                {again}
            </div>
        }
    })
}

/// The reasons in one line, the most frequent first.
pub fn why(reasons: &[UndeliveredReason]) -> String {
    let one = |reason: &UndeliveredReason| format!("{} ({})", visible(&reason.reason), capped(reason.count));
    capitalized(&reasons.iter().map(one).collect::<Vec<_>>().join(" · "))
}

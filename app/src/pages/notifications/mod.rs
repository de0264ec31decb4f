//! Notifications: who was told, and the channels.

mod card;
mod channels;
mod edit;
mod filters;
mod log;
mod table;

use leptos::prelude::*;

pub use channels::ChannelsPage;
pub use log::NotificationsPage;

/// The two parts of this page.
#[component]
fn Tabs(current: &'static str) -> impl IntoView {
    let tab = |href: &'static str, word: &'static str| {
        view! { <a href=href aria-current=(href == current).then_some("page")>{word}</a> }
    };
    view! {
        <nav class="segmented" aria-label="Log or channels">{tab("/notifications", "Log")}{tab("/notifications/channels", "Channels")}</nav>
    }
}

/// Alerts that nobody was told about.
#[component]
fn Untold(count: i64) -> impl IntoView {
    use crate::ui::Icon;
    use crate::ui::text::counted_some;
    (count > 0).then(|| {
        view! {
            <div class="banner" data-tone="bad" role="alert">
                <Icon data=icondata_lu::LuBellOff/>
                <div><strong>{format!("{} nobody was told about", counted_some(count, "alert"))}</strong>"Every channel that should have told of them failed."</div>
            </div>
        }
    })
}

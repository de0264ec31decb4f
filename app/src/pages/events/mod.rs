//! The events page: accepted events, one of them open in a dialog, and rejected requests.

mod dialog;
mod facts;
mod filters;
mod list;
mod more;
mod payload;
mod refused;
mod reprocess;
mod table;

pub use list::EventsPage;
pub use refused::RefusedPage;

use leptos::prelude::*;

/// Tabs of the accepted and the rejected list.
#[component]
fn Tabs(current: &'static str) -> impl IntoView {
    let tab = |href: &'static str, word: &'static str| {
        view! { <a href=href aria-current=(href == current).then_some("page")>{word}</a> }
    };
    view! {
        <nav class="segmented" aria-label="Accepted or rejected">
            {tab("/events", "Accepted")}{tab("/events/refused", "Rejected")}
        </nav>
    }
}

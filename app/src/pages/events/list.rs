//! The list of accepted events, filtered by its URL.

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::Tabs;
use super::dialog::EventDialog;
use super::filters::{Filters, View};
use super::more::{NewBar, Older};
use super::reprocess::ReprocessMatching;
use super::table::Table;
use crate::api::call::Call;
use crate::api::events::ListEvents;
use crate::live::{Clock, Live};
use crate::pages::load::Load;
use crate::types::{Event, EventList};
use crate::ui::keys::{focus, on_keys};
use crate::ui::place::staying;
use crate::ui::{ConnectionLost, Empty, NothingMatches, PageTitle};

/// `/events`, with the filters and the open event in the query string.
#[component]
pub fn EventsPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let query = use_query_map();
    let view_of = Memo::new(move |_| query.with(View::read));
    let now = expect_context::<Clock>().at;
    let list = Load::new(move || {
        let query = view_of.with(|view| view.query(now.get_untracked()));
        Call::of(ListEvents { query }).at(&[live.reload.get()])
    });
    let open = Memo::new(move |_| query.with(|query| query.get("event").and_then(|id| id.parse::<i64>().ok())));
    view! {
        <PageTitle text="Events"/>
        {list.show(move |found| view! { <Loaded found view_of open list/> }.into_any())}
        <EventDialog open view_of/>
    }
}

#[component]
fn Loaded(found: EventList, view_of: Memo<View>, open: Memo<Option<i64>>, list: Load<EventList>) -> impl IntoView {
    let shown = view_of.get_untracked();
    let events = RwSignal::new(found.page.items);
    let next = RwSignal::new(found.page.next);
    listen(events, open, view_of);
    let is_filtered = !shown.is_default();
    let is_empty = Memo::new(move |_| events.with(Vec::is_empty));
    let newest = events.with_untracked(|events| events.iter().map(|event| event.id).max().unwrap_or(0));
    view! {
        <header class="list-head">
            <div class="list-title">
                <h1>"Events"</h1>
                <Tabs current="/events"/>
                <ReprocessMatching view_of=shown newest/>
            </div>
            <ConnectionLost/>
            <Filters view_of sources=found.sources.clone() saved=found.saved.clone()/>
        </header>
        <section class="list" aria-label="Events">
            <NewBar list now=found.now received=found.received is_filtered/>
            <Show when=move || !is_empty.get() fallback=move || view! { <NoEvents is_filtered/> }>
                <Table events sources=found.sources.clone() view_of/>
            </Show>
            <Older events next view_of/>
        </section>
    }
}

/// Keyboard shortcuts: j and k step through the events while one is open; / focuses the filter.
fn listen(events: RwSignal<Vec<Event>>, open: Memo<Option<i64>>, view_of: Memo<View>) {
    let navigate = use_navigate();
    on_keys(move |key| {
        let step: isize = match key {
            "j" => 1,
            "k" => -1,
            "/" => return focus(if open.get_untracked().is_some() { "json-search" } else { "filter-text" }),
            _ => return false,
        };
        let next = events.with_untracked(|events| {
            let place = events.iter().position(|event| Some(event.id) == open.get_untracked());
            let next = place.map_or(Some(0), |place| place.checked_add_signed(step))?;
            events.get(next).map(|event| event.id)
        });
        if let Some(id) = next {
            navigate(&view_of.with_untracked(|view| view.with_open(Some(id))), staying());
        }
        true
    });
}

#[component]
fn NoEvents(is_filtered: bool) -> impl IntoView {
    if is_filtered {
        return view! { <NothingMatches what="event" clear="/events"/> }.into_any();
    }
    view! {
        <Empty icon=icondata_lu::LuActivity title="No events yet"
            text="Accepted webhooks appear here, stored exactly as received.">
            <div class="button-row"><a class="button" data-kind="primary" href="/sources">"Connect a source"</a></div>
        </Empty>
    }
    .into_any()
}

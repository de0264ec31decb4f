//! The list of accepted events, filtered by its address.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::Tabs;
use super::dialog::EventDialog;
use super::filters::{Filters, View};
use super::replay::ReplayMatching;
use crate::api::call::Call;
use crate::api::events::{EventList, ListEvents};
use crate::live::Live;
use crate::pages::load::Load;
use crate::types::{Event, EventQuery, EventStatus, SourceName, time};
use crate::ui::keys::{focus, on_keys};
use crate::ui::list::LoadOlder;
use crate::ui::text::{grouped, visible};
use crate::ui::{Age, ConnectionLost, Empty, Icon, Mark, StatusBadge, Task};

#[component]
pub fn EventsPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let query = use_query_map();
    let view_of = Memo::new(move |_| query.with(View::read));
    let list = Load::new(move || Call::of(ListEvents { query: view_of.with(View::query) }).at(&[live.reload.get()]));
    let open = Memo::new(move |_| query.with(|query| query.get("event").and_then(|id| id.parse::<i64>().ok())));
    view! {
        <Title text="Events · OpsCenter"/>
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
                <ReplayMatching view_of=shown newest/>
            </div>
            <ConnectionLost/>
            <Filters view_of sources=found.sources.clone() saved=found.saved.clone()/>
        </header>
        <section class="list" aria-label="Events">
            <NewBar list is_filtered/>
            <Show when=move || !is_empty.get() fallback=move || view! { <NoEvents is_filtered/> }>
                <Table events sources=found.sources.clone() view_of/>
            </Show>
            <Older events next view_of/>
        </section>
    }
}

/// j and k go through the events while one is open; / goes to the filter.
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
            navigate(&view_of.with_untracked(|view| view.with_open(Some(id))), Default::default());
        }
        true
    });
}

/// Says that more has come since; loading it is the reader's choice.
#[component]
fn NewBar(list: Load<EventList>, is_filtered: bool) -> impl IntoView {
    let live = expect_context::<Live>();
    let received = move || live.numbers.with(|numbers| numbers.as_ref().map(|n| n.stats.events_24h));
    let at_first = RwSignal::new(None::<i64>);
    Effect::new(move |_| {
        if at_first.get_untracked().is_none() {
            at_first.set(received());
        }
    });
    let new = Memo::new(move |_| received().zip(at_first.get()).map_or(0, |(now, before)| now - before));
    move || {
        (new.get() > 0).then(|| {
            // The stream tells how many came, not which; whether they fit the filters only the server knows.
            let words = if is_filtered { "received since: look again" } else { "new" };
            view! {
                <button class="new-bar" type="button" on:click=move |_| { at_first.set(None); list.again(); }>
                    <Icon data=icondata_lu::LuArrowUp/>{format!("{} {words}", grouped(new.get()))}
                </button>
            }
        })
    }
}

#[component]
fn Table(events: RwSignal<Vec<Event>>, sources: Vec<SourceName>, view_of: Memo<View>) -> impl IntoView {
    let sources = StoredValue::new(sources);
    view! {
        <table class="table event-table">
            <thead>
                <tr>
                    <th class="col-source">"Source"</th>
                    <th>"Type"</th>
                    <th class="col-status">"Status"</th>
                    <th class="num col-age" aria-sort="descending">"Received"<Icon data=icondata_lu::LuArrowDown/></th>
                    <th class="num col-took">"Took"</th>
                    <th class="col-delivery">"Delivery id"</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || events.get() key=|event| (event.id, event.status.as_str()) let:event>
                    <Row event sources view_of/>
                </For>
            </tbody>
        </table>
    }
}

#[component]
fn Row(event: Event, sources: StoredValue<Vec<SourceName>>, view_of: Memo<View>) -> impl IntoView {
    let named = sources.with_value(|sources| sources.iter().find(|name| name.slug == event.source).cloned());
    let (name, provider) = named.map_or((event.source.clone(), String::new()), |name| (name.name, name.provider));
    let id = event.id;
    let took = match event.status {
        EventStatus::Processed => event.processed_at.map_or_else(String::new, |at| time::took(at - event.created_at)),
        _ => String::new(),
    };
    view! {
        <tr title=event.error_message.clone()>
            <td class="cell-source"><span class="source"><Mark provider/><span>{name}</span></span></td>
            <td class="cell-type"><a class="row-link mono" href=move || view_of.with(|view| view.with_open(Some(id)))>{visible(&event.event_type)}</a></td>
            <td class="cell-status"><StatusBadge status=event.status/></td>
            <td class="cell-age num"><Age at=event.created_at/></td>
            <td class="cell-took num">{took}</td>
            <td class="cell-delivery mono">{visible(&event.delivery_id)}</td>
        </tr>
    }
}

#[component]
fn Older(events: RwSignal<Vec<Event>>, next: RwSignal<Option<String>>, view_of: Memo<View>) -> impl IntoView {
    let task = Task::default();
    let load = move |cursor: String| {
        let query = EventQuery { cursor: Some(cursor), ..view_of.with_untracked(View::query) };
        task.start(async move {
            let list = Call::of(ListEvents { query }).send().await?;
            events.update(|events| events.extend(list.page.items));
            next.set(list.page.next);
            Ok(())
        });
    };
    view! { <LoadOlder next task load href=move |cursor: &str| view_of.with_untracked(|view| view.with_cursor(cursor))/> }
}

#[component]
fn NoEvents(is_filtered: bool) -> impl IntoView {
    if is_filtered {
        return view! {
            <Empty icon=icondata_lu::LuSearchX title="Nothing matches" text="No event fits these filters.">
                <div class="button-row"><a class="button" href="/events">"Clear filters"</a></div>
            </Empty>
        }
        .into_any();
    }
    view! {
        <Empty icon=icondata_lu::LuActivity title="No events yet" text="Every webhook that was accepted is kept here, byte for byte.">
            <div class="button-row"><a class="button" data-kind="primary" href="/sources">"Connect a source"</a></div>
        </Empty>
    }
    .into_any()
}

//! The alert list, filtered by its URL, with one alert open beside it.

mod arrange;
mod arrivals;
mod bulk;
mod chips;
mod drawer;
mod filters;
mod groups;
mod heading;
mod keys;
mod older;
mod order;
mod row;
mod row_actions;
mod select;
mod shown;
mod swipe;
mod table;
mod view;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::api::alerts::ListAlerts;
use crate::api::call::Call;
use crate::live::{Clock, Live};
use crate::pages::alert::Changes;
use crate::pages::load::Load;
use crate::types::{AlertList, MOST_SORTED, labels_of};
use crate::ui::{ConnectionLost, Empty, ErrorBanner, NothingMatches, PageTitle};

use arrivals::{Arrivals, NewBar};
use bulk::BulkBar;
use drawer::{Drawer, opened};
use filters::Filters;
use groups::Groups;
use heading::Heading;
use keys::KeyboardState;
use older::Older;
use select::Selection;
use table::Table;
use view::View;

/// `/alerts`, with the filters and the open alert in the query string.
#[component]
pub fn AlertsPage() -> impl IntoView {
    let (live, clock) = (expect_context::<Live>(), expect_context::<Clock>());
    let query = use_query_map();
    let view_of = Memo::new(move |_| query.with(View::read));
    let list = Load::new(move || {
        // Reload when grouping is switched on or off: the query is the same, but the view is not.
        let (query, grouped) = view_of.with(|view| (view.query(clock.at.get_untracked()), !view.group.is_empty()));
        Call::of(ListAlerts { query }).at(&[live.reload.get(), u32::from(grouped)])
    });
    view! {
        <PageTitle text="Alerts"/>
        {list.show(move |list| view! { <Loaded list view_of/> }.into_any())}
    }
}

#[component]
fn Loaded(list: AlertList, view_of: Memo<View>) -> impl IntoView {
    let change = expect_context::<Changes>();
    let labels = RwSignal::new(labels_of(&list.page.items));
    let shown = view_of.get_untracked();
    let alerts = RwSignal::new(list.page.items);
    let next = RwSignal::new(list.page.next);
    let arrivals = Arrivals::follow(alerts, next, list.seq, shown.clone());
    let selection = Selection::new(shown.clone(), list.newest);
    let board = KeyboardState {
        alerts,
        view_of,
        open: opened(),
        at: RwSignal::new(None),
        selection,
        refocus: StoredValue::new(None),
    };
    // Groups have their own button to mark alerts as read.
    let marked = if shown.group.is_empty() { alerts } else { RwSignal::default() };
    let section = if shown.group.is_empty() {
        board.listen();
        view! { <Rows arrivals board shown/> }.into_any()
    } else {
        view! { <Groups view_of seq=list.seq labels/> }.into_any()
    };
    view! {
        <div class="beside" data-open=move || board.open.get().is_some().then_some("")>
            <div class="beside-list">
                <header class="list-head">
                    <Heading alerts=marked/>
                    <ConnectionLost/>
                    {move || change.error().map(|error| view! { <ErrorBanner error/> })}
                    <Filters view_of sources=list.sources saved=list.saved counts=counts(list.counts) labels/>
                </header>
                <section class="list" aria-label="Alerts">{section}</section>
                <BulkBar selection/>
            </div>
            <Drawer open=board.open alerts view_of/>
        </div>
    }
}

/// The plain list.
#[component]
fn Rows(arrivals: Arrivals, board: KeyboardState, shown: View) -> impl IntoView {
    let (alerts, is_filtered) = (board.alerts, !shown.is_default());
    let is_empty = Memo::new(move |_| alerts.with(Vec::is_empty));
    let is_cut = move || shown.sort.is_some() && alerts.with(|alerts| alerts.len() as i64 >= MOST_SORTED);
    let cut = move || {
        is_cut().then(|| view! { <p class="list-note">"The first 200, sorted among the newest 1,000 matches."</p> })
    };
    view! {
        <NewBar arrivals/>
        {cut}
        <Show when=move || !is_empty.get() fallback=move || view! { <NoAlerts is_filtered/> }>
            <Table board/>
        </Show>
        <Older alerts next=arrivals.next/>
    }
}

/// Unresolved alerts by severity, kept up to date by the live stream.
fn counts(at_first: [i64; 4]) -> Signal<[i64; 4]> {
    let live = expect_context::<Live>();
    Signal::derive(move || live.numbers.with(|numbers| numbers.as_ref().map_or(at_first, |numbers| numbers.stats.open)))
}

#[component]
fn NoAlerts(is_filtered: bool) -> impl IntoView {
    if is_filtered {
        return view! { <NothingMatches what="alert" clear="/alerts"/> }.into_any();
    }
    view! {
        <Empty icon=icondata_lu::LuBell title="No open problems"
            text="An alert appears here within a second of a webhook.">
            <div class="button-row">
                <a class="button" data-kind="primary" href="/sources">"Connect a source"</a>
                <a class="button" href="/alerts?state=all">"Show all alerts"</a>
            </div>
        </Empty>
    }
    .into_any()
}

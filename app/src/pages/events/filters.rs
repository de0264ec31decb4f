//! The list's filters, as encoded in the URL.

use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::params::ParamsMap;

use crate::pages::saved::SavedFilters;
use crate::types::{EventQuery, EventStatus, List, ListPage, SavedFilter, SourceName};
use crate::ui::badge::status_icon;
use crate::ui::list::{SearchField, SourceSelect, toggle};
use crate::ui::{Address, Icon, Range, RangeFields};

/// Rows per page.
const PAGE: i64 = 50;

/// Filter values, verbatim from the URL.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    status: Vec<EventStatus>,
    /// Slug; empty for any.
    pub source: String,
    event_type: String,
    /// When it was received.
    range: Range,
    q: String,
    cursor: Option<String>,
}

impl View {
    /// Parses the URL; unknown values are ignored.
    pub fn read(params: &ParamsMap) -> Self {
        let get = |key: &str| params.get(key).unwrap_or_default();
        Self {
            status: get("status").split(',').filter_map(|word| word.parse().ok()).collect(),
            source: get("source"),
            event_type: get("event_type"),
            range: Range::read(params),
            q: get("q"),
            cursor: params.get("cursor"),
        }
    }

    /// Whether no filter is set.
    pub fn is_default(&self) -> bool {
        Self { range: self.range.effective(), ..self.clone() } == Self::default()
    }

    /// The API query of these filters, with a quick range relative to `now`.
    pub fn query(&self, now: i64) -> EventQuery {
        let (from, to) = self.range.bounds(now);
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        EventQuery {
            status: List(self.status.clone()),
            source: given(&self.source),
            event_type: given(&self.event_type),
            from,
            to,
            q: given(&self.q),
            limit: Some(PAGE),
            cursor: self.cursor.clone(),
            ..EventQuery::default()
        }
    }

    /// URL of the next page.
    pub fn with_cursor(&self, cursor: &str) -> String {
        Self { cursor: Some(cursor.to_owned()), ..self.clone() }.href()
    }

    /// URL with an event open.
    pub fn with_open(&self, id: Option<i64>) -> String {
        self.address().with("event", id.map(|id| id.to_string())).href()
    }

    fn statuses(&self) -> String {
        self.status.iter().map(|status| status.as_str()).collect::<Vec<_>>().join(",")
    }

    fn toggled(&self, status: EventStatus) -> Self {
        let mut view = Self { cursor: None, ..self.clone() };
        toggle(&mut view.status, status);
        view
    }

    fn address(&self) -> Address {
        let address = Address::new("/events")
            .with("status", Some(self.statuses()))
            .with("source", Some(self.source.clone()))
            .with("event_type", Some(self.event_type.clone()))
            .with("q", Some(self.q.clone()))
            .with("cursor", self.cursor.clone());
        self.range.add_to(address)
    }

    fn href(&self) -> String {
        self.address().href()
    }
}

/// Search, states and saved filters.
#[component]
pub fn Filters(view_of: Memo<View>, sources: Vec<SourceName>, saved: Vec<SavedFilter>) -> impl IntoView {
    let chips = EventStatus::ALL.iter().map(|status| chip(view_of, *status)).collect_view();
    let clear = move || {
        (!view_of.with(View::is_default)).then(|| {
            view! { <a class="button" data-kind="quiet" data-size="small" href="/events">"Clear"</a> }
        })
    };
    let first_page = Signal::derive(move || View { cursor: None, ..view_of.get() }.href());
    view! {
        <div class="list-filters">
            <div class="chips"><Search view_of sources/></div>
            <nav class="chips" aria-label="Status">
                {chips}{clear}<SavedFilters page=ListPage::Events saved href=first_page/>
            </nav>
        </div>
    }
}

#[component]
fn Search(view_of: Memo<View>, sources: Vec<SourceName>) -> impl IntoView {
    let View { q, source, event_type, range, .. } = view_of.get_untracked();
    view! {
        <Form method="GET" action="/events" attr:class="search-form" attr:role="search">
            <input type="hidden" name="status" value=move || view_of.with(View::statuses)/>
            <SearchField value=q prompt="Type, delivery ID or text in the body"/>
            <SourceSelect sources chosen=source/>
            <input class="input narrow" name="event_type" value=event_type.clone() prop:value=event_type
                placeholder="Any type" aria-label="Event type" autocomplete="off" data-mono=""/>
            <RangeFields range/>
            <button class="button search-go" data-size="small">"Filter"</button>
        </Form>
    }
}

fn chip(view_of: Memo<View>, status: EventStatus) -> impl IntoView {
    let href = move || view_of.with(|view| view.toggled(status).href());
    let is_on = move || view_of.with(|view| view.status.contains(&status)).then_some("true");
    view! {
        <a class="chip" data-status=status.as_str() href=href aria-current=is_on>
            <Icon data=status_icon(status)/>{status.label()}
        </a>
    }
}

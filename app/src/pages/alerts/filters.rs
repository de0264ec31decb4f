//! What the address says is shown, and the links and fields that change it.

use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::params::ParamsMap;

use crate::types::{Alert, AlertQuery, AlertState, List, Severity, SourceName, time};
use crate::ui::badge::{Severities, severity_icon};
use crate::ui::keys::submit_form;
use crate::ui::list::{SearchField, SourceSelect, toggle};
use crate::ui::text::grouped;
use crate::ui::{Address, Icon};

/// Rows of one page.
const PAGE: i64 = 50;

/// Spans that the list can be narrowed to: word in the address, word on the page, milliseconds.
const SPANS: [(&str, &str, i64); 4] = [
    ("1h", "Last hour", time::HOUR),
    ("24h", "Last 24 h", time::DAY),
    ("7d", "Last 7 days", 7 * time::DAY),
    ("30d", "Last 30 days", 30 * time::DAY),
];

/// The list's filters, as they stand in the address.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    severity: Vec<Severity>,
    state: Shown,
    unread_only: bool,
    source: String,
    since: String,
    q: String,
    cursor: Option<String>,
}

/// Which states are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Shown {
    #[default]
    Unresolved,
    Resolved,
    All,
}

impl Shown {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Unresolved => "",
            Self::Resolved => "resolved",
            Self::All => "all",
        }
    }
}

impl View {
    /// Reads the address; what it does not know it leaves out.
    pub fn read(params: &ParamsMap) -> Self {
        let severities = params.get("severity").unwrap_or_default();
        let since = params.get("since").unwrap_or_default();
        Self {
            severity: severities.split(',').filter_map(|word| word.parse().ok()).collect(),
            state: match params.get("state").as_deref() {
                Some("resolved") => Shown::Resolved,
                Some("all") => Shown::All,
                _ => Shown::Unresolved,
            },
            unread_only: params.get("is_read").as_deref() == Some("false"),
            source: params.get("source").unwrap_or_default(),
            since: if SPANS.iter().any(|(word, ..)| *word == since) { since } else { String::new() },
            q: params.get("q").unwrap_or_default(),
            cursor: params.get("cursor"),
        }
    }

    /// Whether nothing is filtered but what is resolved.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// What the server is asked at `now`.
    pub fn query(&self, now: i64) -> AlertQuery {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let span = SPANS.iter().find(|(word, ..)| *word == self.since).map(|(.., span)| *span);
        AlertQuery {
            severity: List(self.severity.clone()),
            state: List(self.states().to_vec()),
            is_read: self.unread_only.then_some(false),
            source: given(&self.source),
            from: span.map(|span| now - span),
            q: given(&self.q),
            limit: Some(PAGE),
            cursor: self.cursor.clone(),
            ..AlertQuery::default()
        }
    }

    /// Whether a new alert belongs on top of this list. Whether words fit only the server knows.
    pub fn fits(&self, alert: &Alert) -> bool {
        let states = self.states();
        (self.severity.is_empty() || self.severity.contains(&alert.severity))
            && (states.is_empty() || states.contains(&alert.state))
            && !(self.unread_only && alert.is_read)
            && (self.source.is_empty() || self.source == alert.source)
            && self.q.is_empty()
            && self.cursor.is_none()
    }

    /// The address of the next page.
    pub fn with_cursor(&self, cursor: &str) -> String {
        Self { cursor: Some(cursor.to_owned()), ..self.clone() }.href()
    }

    /// The address with an alert open beside the list.
    pub fn with_open(&self, id: Option<i64>) -> String {
        self.address().with("open", id.map(|id| id.to_string())).href()
    }

    const fn states(&self) -> &'static [AlertState] {
        match self.state {
            Shown::Unresolved => &[AlertState::Open, AlertState::Acknowledged],
            Shown::Resolved => &[AlertState::Resolved],
            Shown::All => &[],
        }
    }

    fn toggled(&self, severity: Severity) -> Self {
        let mut view = Self { cursor: None, ..self.clone() };
        toggle(&mut view.severity, severity);
        view
    }

    fn severities(&self) -> String {
        self.severity.iter().map(|severity| severity.as_str()).collect::<Vec<_>>().join(",")
    }

    fn address(&self) -> Address {
        Address::new("/alerts")
            .with("severity", Some(self.severities()))
            .with("state", Some(self.state.as_str().to_owned()))
            .with("is_read", self.unread_only.then(|| "false".to_owned()))
            .with("source", Some(self.source.clone()))
            .with("since", Some(self.since.clone()))
            .with("q", Some(self.q.clone()))
            .with("cursor", self.cursor.clone())
    }

    fn href(&self) -> String {
        self.address().href()
    }
}

#[component]
pub fn Filters(view_of: View, sources: Vec<SourceName>, counts: Signal<[i64; 4]>) -> impl IntoView {
    let unread = View { unread_only: !view_of.unread_only, cursor: None, ..view_of.clone() };
    let clear = (!view_of.is_default()).then(|| {
        view! {
            <a class="button" data-kind="quiet" data-size="small" href="/alerts">"Clear"</a>
        }
    });
    view! {
        <div class="list-filters">
            <div class="chips">
                <Search view_of=view_of.clone() sources/>
            </div>
            <div class="chips">
                <nav class="segmented" aria-label="State">
                    {[(Shown::Unresolved, "Unresolved"), (Shown::Resolved, "Resolved"), (Shown::All, "All")]
                        .map(|(state, word)| state_link(&view_of, state, word))
                        .collect_view()}
                </nav>
                <span class="divider"></span>
                <nav class="chips" data-inline="" aria-label="Severity and read filter">
                    {Severities::worst_first().map(|severity| severity_chip(&view_of, severity, counts)).collect_view()}
                    <a class="chip" href=unread.href() aria-current=view_of.unread_only.then_some("true")>"Unread"</a>
                    {clear}
                </nav>
            </div>
        </div>
    }
}

/// Text, source and span: a form that changes the address, with and without scripts.
#[component]
fn Search(view_of: View, sources: Vec<SourceName>) -> impl IntoView {
    let since = view_of.since.clone();
    let span = move |(word, label, _): (&'static str, &'static str, i64)| {
        view! { <option value=word selected={since == word}>{label}</option> }
    };
    view! {
        <Form method="GET" action="/alerts" attr:class="search-form" attr:role="search">
            <input type="hidden" name="severity" value=view_of.severities()/>
            <input type="hidden" name="state" value=view_of.state.as_str()/>
            <input type="hidden" name="is_read" value=if view_of.unread_only { "false" } else { "" }/>
            <SearchField value=view_of.q placeholder="Filter by text"/>
            <SourceSelect sources chosen=view_of.source/>
            <select class="select" name="since" aria-label="Time" on:change=|event| submit_form(&event)>
                <option value="">"Any time"</option>
                {SPANS.into_iter().map(span).collect_view()}
            </select>
            <button class="button search-go" data-size="small">"Filter"</button>
        </Form>
    }
}

fn state_link(view_of: &View, state: Shown, word: &'static str) -> impl IntoView + use<> {
    let href = View { state, cursor: None, ..view_of.clone() }.href();
    view! { <a href=href aria-current=(view_of.state == state).then_some("true")>{word}</a> }
}

fn severity_chip(view_of: &View, severity: Severity, counts: Signal<[i64; 4]>) -> impl IntoView + use<> {
    let is_on = view_of.severity.contains(&severity);
    let count = move || grouped(counts.get()[severity as usize]);
    let counted = (view_of.state == Shown::Unresolved).then(|| view! { <data>{count}</data> });
    view! {
        <a class="chip" data-severity=severity.as_str() href=view_of.toggled(severity).href() aria-current=is_on.then_some("true")>
            <Icon data=severity_icon(severity)/>{severity.label()}{counted}
        </a>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &[(&str, &str)]) -> View {
        let mut params = ParamsMap::new();
        query.iter().for_each(|(key, value)| params.insert(key.to_string(), value.to_string()));
        View::read(&params)
    }

    #[test]
    fn the_address_holds_every_filter() {
        let view =
            read(&[("severity", "critical,error,nonsense"), ("state", "all"), ("is_read", "false"), ("q", "a&b ü")]);
        assert_eq!(view.href(), "/alerts?severity=critical,error&state=all&is_read=false&q=a%26b%20%C3%BC");
        assert_eq!(
            view.toggled(Severity::Critical).href(),
            "/alerts?severity=error&state=all&is_read=false&q=a%26b%20%C3%BC"
        );
        assert!(read(&[("since", "nonsense")]).is_default());
        assert_eq!(read(&[("since", "1h")]).query(time::DAY).from, Some(time::DAY - time::HOUR));
    }
}

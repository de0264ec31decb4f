//! The filters of rejected requests, as encoded in the URL.

use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::params::ParamsMap;

use crate::types::{QuarantineQuery, SourceName};
use crate::ui::list::SourceSelect;
use crate::ui::{Address, Range, RangeFields};

/// Filter values, verbatim from the URL.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// Slug; empty for any.
    pub source: String,
    /// When it was received.
    range: Range,
    /// Cursor of an older page; `None` on the first.
    cursor: Option<String>,
}

impl View {
    /// Parses the URL; unknown values are ignored.
    pub fn read(params: &ParamsMap) -> Self {
        let source = params.get("source").unwrap_or_default();
        Self { source, range: Range::read(params), cursor: params.get("cursor") }
    }

    /// The API query of these filters, with a quick range relative to `now`.
    pub fn query(&self, now: i64) -> QuarantineQuery {
        let source = Some(self.source.clone()).filter(|source| !source.is_empty());
        let (from, to) = self.range.bounds(now);
        QuarantineQuery { source, from, to, cursor: self.cursor.clone(), ..QuarantineQuery::default() }
    }

    /// Whether no filter is set.
    pub fn is_default(&self) -> bool {
        self.source.is_empty() && self.range.is_any()
    }

    /// URL of the next page.
    pub fn with_cursor(&self, cursor: String) -> String {
        Self { cursor: Some(cursor), ..self.clone() }.href()
    }

    /// URL of the view.
    fn href(&self) -> String {
        let address = Address::new("/events/refused")
            .with("source", Some(self.source.clone()))
            .with("cursor", self.cursor.clone());
        self.range.add_to(address).href()
    }
}

/// Source and time range.
#[component]
pub fn Filter(view: View, sources: Vec<SourceName>) -> impl IntoView {
    view! {
        <div class="chips">
            <Form method="GET" action="/events/refused" attr:class="search-form" attr:role="search">
                <SourceSelect sources chosen=view.source/>
                <RangeFields range=view.range/>
                <button class="button search-go" data-size="small">"Filter"</button>
            </Form>
        </div>
        <p class="field-hint">
            "The latest 500 of each source are kept for the retention period in Settings (7 days by default)."
        </p>
    }
}

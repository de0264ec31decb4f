//! The links and fields that change what the address says is shown.

use leptos::prelude::*;
use leptos_router::components::Form;

use super::view::{SPANS, Shown, View};
use crate::pages::saved::SavedFilters;
use crate::types::{ListPage, SavedFilter, Severity, SourceName};
use crate::ui::Icon;
use crate::ui::badge::{Severities, severity_icon};
use crate::ui::keys::submit_form;
use crate::ui::list::{SearchField, SourceSelect};
use crate::ui::text::grouped;

#[component]
pub fn Filters(
    view_of: View,
    sources: Vec<SourceName>,
    saved: Vec<SavedFilter>,
    counts: Signal<[i64; 4]>,
) -> impl IntoView {
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
                    <SavedFilters page=ListPage::Alerts saved href=View { cursor: None, ..view_of.clone() }.href()/>
                </nav>
            </div>
        </div>
    }
}

/// Text, source and span: a form that changes the address, with and without scripts.
#[component]
fn Search(view_of: View, sources: Vec<SourceName>) -> impl IntoView {
    let since = view_of.since.clone();
    let is_any = since.is_empty();
    let span = move |(word, label, _): (&'static str, &'static str, i64)| {
        let is_chosen = since == word;
        view! { <option value=word selected=is_chosen prop:selected=is_chosen>{label}</option> }
    };
    view! {
        <Form method="GET" action="/alerts" attr:class="search-form" attr:role="search">
            <input type="hidden" name="severity" value=view_of.severities()/>
            <input type="hidden" name="state" value=view_of.state.as_str()/>
            <input type="hidden" name="is_read" value=if view_of.unread_only { "false" } else { "" }/>
            <SearchField value=view_of.q prompt="Filter by text"/>
            <SourceSelect sources chosen=view_of.source/>
            <select class="select" name="since" aria-label="Time" on:change=|event| submit_form(&event)>
                <option value="" prop:selected=is_any>"Any time"</option>
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

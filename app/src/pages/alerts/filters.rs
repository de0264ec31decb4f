//! Filter links and fields. They derive from the URL, not from the loaded list, so that on a slow connection a second choice
//! still adds to the first.

use leptos::prelude::*;
use leptos_router::components::Form;

use super::arrange::Display;
use super::chips::{Tabs, assignee_chip, resolved_chip, severity_chip};
use super::view::View;
use crate::live::Clock;
use crate::pages::may::may_act;
use crate::pages::saved::SavedFilters;
use crate::types::{Actor, ListPage, SavedFilter, SourceName, UNASSIGNED};
use crate::ui::badge::Severities;
use crate::ui::list::{SearchField, SourceSelect};
use crate::ui::{Icon, RangeFields};

/// Tabs, and the filters: on a phone behind a button with the number of those that are set.
#[component]
pub fn Filters(
    view_of: Memo<View>,
    sources: Vec<SourceName>,
    saved: Vec<SavedFilter>,
    counts: Signal<[i64; 4]>,
    labels: RwSignal<Vec<String>>,
) -> impl IntoView {
    let first_page = move || View { cursor: None, ..view_of.get() };
    let unread = move || View { unread_only: !view_of.get().unread_only, ..first_page() }.href();
    let now = expect_context::<Clock>().at;
    let csv = move || view_of.with(|view| view.csv(now.get_untracked()));
    // A token or a command cannot have alerts assigned.
    let me = use_context::<Actor>().map(|actor| actor.name).filter(|_| may_act());
    let clear = move || {
        (!view_of.with(View::is_default)).then(|| {
            view! { <a class="button" data-kind="quiet" data-size="small" href="/alerts">"Clear"</a> }
        })
    };
    view! {
        <div class="list-filters">
            <div class="chips">
                <Tabs view_of counts/>
                <button class="button phone-only" type="button" popovertarget="filters">
                    <Icon data=icondata_lu::LuSlidersHorizontal/>"Filter"
                    {move || view_of.with(View::narrowed).map(|n| view! { <data>{n}</data> })}
                </button>
            </div>
            <div class="filter-set" id="filters" popover="auto">
                <div class="chips"><Search view_of sources/></div>
                <nav class="chips" aria-label="Severity, state and read filter">
                    {Severities::worst_first().map(|severity| severity_chip(view_of, severity, counts)).collect_view()}
                    <span class="divider"></span>
                    <a class="chip" href=unread
                        aria-current=move || view_of.with(|view| view.unread_only).then_some("true")>
                        "Unread"
                    </a>
                    {resolved_chip(view_of)}
                    {me.map(|me| assignee_chip(view_of, me, "Mine"))}
                    {assignee_chip(view_of, UNASSIGNED.to_owned(), "Unassigned")}
                    {clear}
                    <a class="button" data-kind="quiet" data-size="small" href=csv rel="external" download="">
                        <Icon data=icondata_lu::LuDownload/>"CSV"
                    </a>
                    <Display view_of labels/>
                    <SavedFilters page=ListPage::Alerts saved href=Signal::derive(move || first_page().href())/>
                </nav>
            </div>
        </div>
    }
}

/// Text, source and time span: a form that changes the URL, with and without JavaScript.
#[component]
fn Search(view_of: Memo<View>, sources: Vec<SourceName>) -> impl IntoView {
    let View { q, source, range, .. } = view_of.get_untracked();
    view! {
        <Form method="GET" action="/alerts" attr:class="search-form" attr:role="search">
            <input type="hidden" name="severity" value=move || view_of.with(View::severities)/>
            <input type="hidden" name="state" value=move || view_of.with(|view| view.state.as_str())/>
            <input type="hidden" name="sort"
                value=move || view_of.with(|view| view.sort.map(|sort| sort.to_string()).unwrap_or_default())/>
            <input type="hidden" name="group" value=move || view_of.with(|view| view.group.clone())/>
            <input type="hidden" name="assignee" value=move || view_of.with(|view| view.assignee.clone())/>
            <input type="hidden" name="is_read"
                value=move || if view_of.with(|view| view.unread_only) { "false" } else { "" }/>
            <SearchField value=q prompt="Filter by text"/>
            <SourceSelect sources chosen=source/>
            <RangeFields range/>
            <button class="button search-go" data-size="small">"Filter"</button>
        </Form>
    }
}

//! Parts shared by all lists: search field, source filter and paging.

use leptos::prelude::*;

use super::keys::submit_form;
use super::{Icon, Task};
use crate::types::SourceName;

/// The search field of a filter form, `q`. The page focuses it by its id `filter-text`.
#[component]
pub fn SearchField(
    /// Current search text.
    value: String,
    /// Shown while the field is empty.
    prompt: &'static str,
) -> impl IntoView {
    view! {
        <span class="search-field">
            <Icon data=icondata_lu::LuSearch/>
            <input class="input" id="filter-text" type="search" name="q" value=value.clone() prop:value=value
                placeholder=prompt aria-label="Filter by text" autocomplete="off"/>
            <kbd class="kbd" aria-hidden="true">"/"</kbd>
        </span>
    }
}

/// The source filter of a filter form, `source`. A choice submits the form.
#[component]
pub fn SourceSelect(
    /// The options.
    sources: Vec<SourceName>,
    /// Slug of the current source; empty for any.
    chosen: String,
) -> impl IntoView {
    let is_any = chosen.is_empty();
    let option = move |name: SourceName| {
        let is_chosen = name.slug == chosen;
        view! { <option value=name.slug selected=is_chosen prop:selected=is_chosen>{name.name}</option> }
    };
    view! {
        <select class="select" name="source" aria-label="Source" on:change=|event| submit_form(&event)>
            <option value="" prop:selected=is_any>"Any source"</option>
            {sources.into_iter().map(option).collect_view()}
        </select>
    }
}

/// Link to the next older page; nothing on the last page.
#[component]
pub fn OlderLink(
    /// URL of the next older page; `None` on the last page.
    href: Option<String>,
) -> impl IntoView {
    href.map(|href| view! { <div class="list-foot"><a class="button" href=href>"Load older"</a></div> })
}

/// A button that appends the next older page; without JavaScript a link to it. Nothing on the last page.
#[component]
pub fn LoadOlder<H>(
    /// Cursor of the next older page; `None` on the last page.
    next: RwSignal<Option<String>>,
    /// URL of the page at a cursor.
    href: H,
    /// The running load, for its state and error.
    task: Task,
    /// Loads the page at a cursor.
    #[prop(into)]
    load: Callback<String>,
) -> impl IntoView
where
    H: Fn(&str) -> String + Send + 'static,
{
    move || {
        next.get().map(|cursor| {
            view! {
                <div class="list-foot">
                    {move || task.error().map(|error| view! {
                        <p class="field-error" role="alert">{error.sentence()}</p>
                    })}
                    <a class="button" href=href(&cursor) on:click=move |event| {
                        event.prevent_default();
                        load.run(cursor.clone());
                    }>{move || if task.is_running() { "Loading…" } else { "Load older" }}</a>
                </div>
            }
        })
    }
}

/// Adds `item` to a multiple choice, or removes it.
pub fn toggle<T: PartialEq>(chosen: &mut Vec<T>, item: T) {
    match chosen.iter().position(|present| *present == item) {
        Some(place) => drop(chosen.remove(place)),
        None => chosen.push(item),
    }
}

//! What every list has: its search, the choice of a source, and the way to what is older.

use leptos::prelude::*;

use super::keys::submit_form;
use super::{Icon, Task};
use crate::types::SourceName;

/// The text that a list is searched for; `/` leads here.
#[component]
pub fn SearchField(value: String, prompt: &'static str) -> impl IntoView {
    view! {
        <span class="search-field">
            <Icon data=icondata_lu::LuSearch/>
            <input class="input" id="filter-text" type="search" name="q" value=value.clone() prop:value=value placeholder=prompt aria-label="Filter by text" autocomplete="off"/>
            <kbd class="kbd" aria-hidden="true">"/"</kbd>
        </span>
    }
}

/// One source or any; choosing submits the form around it.
#[component]
pub fn SourceSelect(sources: Vec<SourceName>, chosen: String) -> impl IntoView {
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

/// The next page as a page of its own.
#[component]
pub fn OlderLink(href: Option<String>) -> impl IntoView {
    href.map(|href| view! { <div class="list-foot"><a class="button" href=href>"Load older"</a></div> })
}

/// The next page added below; without scripts a page of its own.
#[component]
pub fn LoadOlder<H>(
    next: RwSignal<Option<String>>,
    /// The address of the page at a cursor.
    href: H,
    task: Task,
    /// Starts loading the page at a cursor.
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
                    {move || task.error().map(|error| view! { <p class="field-error" role="alert">{error.to_string()}</p> })}
                    <a class="button" href=href(&cursor) on:click=move |event| {
                        event.prevent_default();
                        load.run(cursor.clone());
                    }>{move || if task.is_running() { "Loading…" } else { "Load older" }}</a>
                </div>
            }
        })
    }
}

/// Puts `item` into a choice of several, or takes it out.
pub fn toggle<T: PartialEq>(chosen: &mut Vec<T>, item: T) {
    match chosen.iter().position(|present| *present == item) {
        Some(place) => drop(chosen.remove(place)),
        None => chosen.push(item),
    }
}

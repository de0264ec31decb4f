//! The search field of the tree, with buttons to expand and collapse everything.

use std::collections::HashSet;

use leptos::prelude::*;

use super::View;
use crate::ui::Icon;

/// Enter steps to the next match, Shift-Enter to the previous one.
#[component]
pub fn Search(view_of: View, found: Memo<Vec<u32>>) -> impl IntoView {
    let step = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            let count = found.with(Vec::len).max(1);
            view_of.found_at.update(|at| *at = (*at + if event.shift_key() { count - 1 } else { 1 }) % count);
        }
    };
    Effect::new(move |_| {
        if let Some(at) = found.with(|found| found.get(view_of.found_at.get()).copied()) {
            view_of.reveal(at);
        }
    });
    let place = move || match (view_of.needle.with(String::is_empty), found.with(Vec::len)) {
        (true, _) => String::new(),
        (_, 0) => "none".to_owned(),
        (_, count) => format!("{} of {count}", view_of.found_at.get() + 1),
    };
    view! {
        <div class="json-tools">
            <span class="search-field">
                <Icon data=icondata_lu::LuSearch/>
                <input class="input" id="json-search" type="search" placeholder="Search keys and values"
                    aria-label="Search in the payload" autocomplete="off" on:keydown=step
                    on:input=move |event| {
                        view_of.found_at.set(0);
                        view_of.needle.set(event_target_value(&event));
                    }/>
                <span class="search-count" aria-live="polite">{place}</span>
            </span>
            <button class="icon-button" type="button" title="Expand all" aria-label="Expand all"
                on:click=move |_| view_of.folded.set(HashSet::new())>
                <Icon data=icondata_lu::LuUnfoldVertical/>
            </button>
            <button class="icon-button" type="button" title="Collapse" aria-label="Collapse"
                on:click=move |_| view_of.fold_all()>
                <Icon data=icondata_lu::LuFoldVertical/>
            </button>
        </div>
    }
}

//! The JSON of the newest event, for choosing a field by clicking on it.

use leptos::prelude::*;

use super::Choice;
use crate::types::FIELDS;
use crate::ui::json::{Pick, Tree, lines};

/// The tree, or a note if there is no JSON.
#[component]
pub fn Picker(payload: String, choice: Choice) -> impl IntoView {
    match lines::lines(&payload) {
        Some(lines) => view! { <Tree text=payload.into() lines pick=pick(choice)/> }.into_any(),
        None => view! {
            <p class="list-note">
                "No JSON to choose from: there is no event, or the newest is not JSON or larger than 256 KB. \
                 You can also enter paths in Settings."
            </p>
        }
        .into_any(),
    }
}

fn pick(choice: Choice) -> Pick {
    let part = move || FIELDS[choice.part.get()];
    Pick {
        label: Signal::derive(move || format!("Use as {}", part().1.to_lowercase())),
        picked: Callback::new(move |path| {
            let (setting, _) = untrack(part);
            choice.set(setting, path);
        }),
    }
}

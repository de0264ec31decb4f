//! The JSON of the newest event, in which an admin clicks on a field.

use leptos::prelude::*;

use super::Choice;
use crate::pages::may::may_set_up;
use crate::types::FIELDS;
use crate::ui::json::{Pick, Tree, lines};

/// Nothing for viewers, who can see the payload with its event.
#[component]
pub fn Picker(payload: String, choice: Choice) -> impl IntoView {
    (may_set_up() && !payload.is_empty()).then(|| match lines::lines(&payload) {
        Some(lines) => view! { <Tree text=payload.into() lines pick=pick(choice)/> }.into_any(),
        None => view! {
            <p class="list-note">"The newest event is not JSON. Paths can be typed in Settings."</p>
        }
        .into_any(),
    })
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

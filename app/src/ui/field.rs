//! A labelled form field with a hint or an error message.

use leptos::prelude::*;

use crate::Error;

/// The error message of one field in a form's response.
pub fn error_of(error: Signal<Option<Error>>, field: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || error.with(|e| e.as_ref().filter(|e| e.field() == Some(field)).map(Error::to_string)))
}

#[component]
pub fn Field(
    /// Id of the field, also its form name unless `name` is set.
    id: &'static str,
    #[prop(optional)] name: Option<&'static str>,
    label: &'static str,
    #[prop(default = "text")] kind: &'static str,
    #[prop(into, optional)] value: String,
    #[prop(optional)] hint: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(default = false)] mono: bool,
    #[prop(default = false)] required: bool,
    #[prop(into, optional)] error: Signal<Option<String>>,
    /// Makes ids unique if several forms on a page have a field of the same name.
    #[prop(into, optional)]
    within: String,
    /// Updated on every input.
    #[prop(optional)]
    typed: Option<RwSignal<String>>,
) -> impl IntoView {
    let own_id = format!("{within}{id}");
    let note_id = format!("{own_id}-note");
    let note = move || match error.get() {
        Some(error) => Some(view! { <p class="field-error">{error}</p> }.into_any()),
        None if !hint.is_empty() => Some(view! { <p class="field-hint">{hint}</p> }.into_any()),
        None => None,
    };
    view! {
        <div class="field">
            <label for=own_id.clone()>{label}</label>
            <input
                class="input"
                id=own_id
                name=name.unwrap_or(id)
                type=kind
                value=value
                autocomplete=autocomplete
                required=required
                data-mono=mono.then_some("")
                aria-invalid=move || error.get().is_some().then_some("true")
                aria-describedby=note_id.clone()
                on:input=move |event| if let Some(typed) = typed { typed.set(event_target_value(&event)) }
            />
            <div id=note_id>{note}</div>
        </div>
    }
}

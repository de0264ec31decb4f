//! A labelled form field with a hint or an error message.

use leptos::html::Input;
use leptos::prelude::*;

use crate::Error;

/// The message of `error` if it is about `field`, else `None`.
pub fn error_of(error: Signal<Option<Error>>, field: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || error.with(|e| e.as_ref().filter(|e| e.field() == Some(field)).map(Error::to_string)))
}

/// A single-line input with its label, and below it the error or the hint.
#[component]
pub fn Field(
    /// Id of the field, also its form name unless `name` is set.
    #[prop(into)]
    id: String,
    /// Name of the form field, if it differs from `id`.
    #[prop(into, optional)]
    name: Option<String>,
    /// Visible label.
    #[prop(into)]
    label: String,
    /// The `type` of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// Initial value.
    #[prop(into, optional)]
    value: String,
    /// Shown below the input while there is no error.
    #[prop(optional)]
    hint: &'static str,
    /// The `autocomplete` attribute.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Monospaced text.
    #[prop(default = false)]
    mono: bool,
    /// The browser does not submit the form while it is empty.
    #[prop(default = false)]
    required: bool,
    /// Error message of this field.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
    /// Makes ids unique if several forms on a page have a field of the same name.
    #[prop(into, optional)]
    within: String,
    /// The value: updated on every input, and shown when it is set from elsewhere.
    #[prop(optional)]
    typed: Option<RwSignal<String>>,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    if let Some(typed) = typed {
        show_changes(input, typed);
    }
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
                node_ref=input
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

/// Shows what is set after hydration; what was typed before it stays.
fn show_changes(input: NodeRef<Input>, value: RwSignal<String>) {
    Effect::new(move |before: Option<()>| {
        let value = value.get();
        if let Some(input) = input.get_untracked().filter(|input| before.is_some() && input.value() != value) {
            input.set_value(&value);
        }
    });
}

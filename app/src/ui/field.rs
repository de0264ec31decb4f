//! Labelled form fields with a hint or an error message.

use leptos::html::Input;
use leptos::prelude::*;

use crate::Error;

/// The message of `error` if it is about `field`, else `None`.
pub fn error_of(error: Signal<Option<Error>>, field: impl Into<String>) -> Signal<Option<String>> {
    let field = field.into();
    Signal::derive(move || error.with(|e| e.as_ref().filter(|e| e.field() == Some(&field)).map(Error::to_string)))
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
        keep_in_step(input, typed);
    }
    let own_id = format!("{within}{id}");
    let note_id = note_id(&own_id);
    view! {
        <div class="field">
            <label for=own_id.clone()>{label}</label>
            <input
                class="input"
                node_ref=input
                id=own_id.clone()
                name=name.unwrap_or(id)
                type=kind
                value=value
                autocomplete=autocomplete
                required=required
                data-mono=mono.then_some("")
                aria-invalid=move || error.get().is_some().then_some("true")
                aria-describedby=note_id
                on:input=move |event| if let Some(typed) = typed { typed.set(event_target_value(&event)) }
            />
            <FieldNote of=own_id hint error/>
        </div>
    }
}

/// Id of the note of a field, for its `aria-describedby`.
pub fn note_id(field: &str) -> String {
    format!("{field}-note")
}

/// The error of a field, or its hint.
#[component]
pub fn FieldNote(
    /// Id of the field.
    #[prop(into)]
    of: String,
    /// Shown while there is no error.
    #[prop(into)]
    hint: String,
    /// The error.
    error: Signal<Option<String>>,
) -> impl IntoView {
    let note = move || match error.get() {
        Some(error) => Some(view! { <p class="field-error">{error}</p> }.into_any()),
        None if !hint.is_empty() => Some(view! { <p class="field-hint">{hint.clone()}</p> }.into_any()),
        None => None,
    };
    view! { <div id=note_id(&of)>{note}</div> }
}

/// Copies text typed before hydration into the signal, then keeps the field in sync with it.
fn keep_in_step(input: NodeRef<Input>, value: RwSignal<String>) {
    Effect::new(move |before: Option<()>| {
        let now = value.get();
        let Some(input) = input.get_untracked() else { return };
        let shown = input.value();
        if before.is_none() && !shown.is_empty() {
            value.set(shown);
        } else if shown != now {
            input.set_value(&now);
        }
    });
}

/// Value of the checked radio button with this name; `None` on the server.
pub fn checked_value(name: &str) -> Option<String> {
    #[cfg(feature = "hydrate")]
    {
        let checked = document().query_selector(&format!("input[name='{name}']:checked")).ok().flatten();
        checked.and_then(|input| input.get_attribute("value"))
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _on_the_server = name;
        None
    }
}

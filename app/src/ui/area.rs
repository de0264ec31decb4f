//! A multi-line text field.

use leptos::prelude::*;

/// The only component that may use `textarea`. Leptos writes its children unescaped on the server (tachys 0.2,
/// `elements.rs`), so that text in a template could close the element and inject markup.
#[component]
pub fn Area(
    /// Element id, for its label.
    #[prop(into)]
    id: String,
    /// Name of the form field.
    name: &'static str,
    /// Height in lines.
    rows: u8,
    /// Initial text.
    value: String,
    /// Id of the element that describes it.
    note: String,
    /// Error message of this field.
    error: Signal<Option<String>>,
) -> impl IntoView {
    // The HTML parser drops a leading line break.
    let html = format!("\n{}", value.replace('&', "&amp;").replace('<', "&lt;"));
    view! {
        <textarea class="input area" id=id name=name rows=rows spellcheck="false" data-mono="" aria-describedby=note
            aria-invalid=move || error.get().is_some().then_some("true")
            inner_html=html></textarea>
    }
}

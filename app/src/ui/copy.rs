//! A read-only value with a copy button.

use leptos::prelude::*;

use super::Icon;

#[component]
pub fn CopyField(
    id: &'static str,
    #[prop(into)] value: String,
    /// Name of the form field; without it the value is not submitted.
    #[prop(optional)]
    name: Option<&'static str>,
) -> impl IntoView {
    let (copied, set_copied) = signal(false);
    let copy = move |_| {
        copy_field(id);
        set_copied.set(true);
    };
    view! {
        <div class="copy-field">
            <input class="input" data-mono="" id=id name=name value=value readonly=name.is_none() autocomplete="off" spellcheck="false"/>
            <button class="button" data-size="small" type="button" on:click=copy>
                <Icon data=icondata_lu::LuCopy/>
                {move || if copied.get() { "Copied" } else { "Copy" }}
            </button>
        </div>
    }
}

/// Copies the value of the field with that id.
#[cfg(feature = "hydrate")]
pub fn copy_field(id: &str) {
    use wasm_bindgen::JsCast;
    let field = document().get_element_by_id(id);
    if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        field.select();
        let _may_be_refused = window().navigator().clipboard().write_text(&field.value());
    }
}

#[cfg(not(feature = "hydrate"))]
pub fn copy_field(_id: &str) {}

/// Copies a text to the clipboard.
pub fn copy_text(text: &str) {
    #[cfg(feature = "hydrate")]
    let _may_be_refused = window().navigator().clipboard().write_text(text);
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = text;
}

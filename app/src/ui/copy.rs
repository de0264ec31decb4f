//! A read-only value with a copy button.

use leptos::prelude::*;

use super::Icon;

/// A text field with a button that copies its value.
#[component]
pub fn CopyField(
    /// Element id, unique on the page.
    id: &'static str,
    /// The value to copy.
    #[prop(into)]
    value: String,
    /// Name of the form field. Without it the field is read-only and not submitted.
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
            <input class="input" data-mono="" id=id name=name value=value readonly=name.is_none() autocomplete="off"
                spellcheck="false"/>
            <button class="button" data-size="small" type="button" on:click=copy>
                <Icon data=icondata_lu::LuCopy/>
                {move || if copied.get() { "Copied" } else { "Copy" }}
            </button>
        </div>
    }
}

/// Copies the value of the field with that id to the clipboard.
#[cfg(feature = "hydrate")]
pub fn copy_field(id: &str) {
    use wasm_bindgen::JsCast;
    let field = document().get_element_by_id(id);
    if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        field.select();
        let _may_be_refused = window().navigator().clipboard().write_text(&field.value());
    }
}

/// Does nothing on the server.
#[cfg(not(feature = "hydrate"))]
pub fn copy_field(_id: &str) {}

/// Copies a text to the clipboard; does nothing on the server.
pub fn copy_text(text: &str) {
    #[cfg(feature = "hydrate")]
    let _may_be_refused = window().navigator().clipboard().write_text(text);
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = text;
}

/// Whether this is a device with a touch screen whose browser can share.
pub fn can_share() -> bool {
    #[cfg(feature = "hydrate")]
    {
        let is_touch = window().match_media("(pointer: coarse)").ok().flatten().is_some_and(|query| query.matches());
        is_touch && js_sys::Reflect::has(&window().navigator(), &"share".into()).unwrap_or(false)
    }
    #[cfg(not(feature = "hydrate"))]
    false
}

/// Opens the browser's dialog to share a path of this site; does nothing on the server.
pub fn share(title: &str, path: &str) {
    #[cfg(feature = "hydrate")]
    {
        use js_sys::{Function, Object, Reflect};
        use wasm_bindgen::JsCast;
        let (navigator, data) = (window().navigator(), Object::new());
        let _always_possible = Reflect::set(&data, &"title".into(), &title.into());
        let _always_possible = Reflect::set(&data, &"url".into(), &absolute(path).into());
        let share = Reflect::get(&navigator, &"share".into()).ok().and_then(|share| share.dyn_into::<Function>().ok());
        // The promise is rejected if the person cancels.
        let _may_be_refused = share.and_then(|share| share.call1(&navigator, &data).ok());
    }
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = (title, path);
}

/// A path of this site as a URL; the path itself on the server.
pub fn absolute(path: &str) -> String {
    #[cfg(feature = "hydrate")]
    return window().location().origin().map_or_else(|_| path.to_owned(), |origin| format!("{origin}{path}"));
    #[cfg(not(feature = "hydrate"))]
    path.to_owned()
}

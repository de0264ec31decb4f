//! Keyboard shortcuts: one listener per page, inactive while the user types or a dialog is open.

/// Calls `handle` with each key, such as `j` or `Escape`, unless it is typed into a field or pressed with Ctrl, Alt or Meta.
/// `handle` returns whether it used the key.
pub fn on_keys(handle: impl Fn(&str) -> bool + 'static) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::prelude::*;
        use std::sync::Arc;
        // Local storage is sound here: WASM in the page runs on a single thread.
        let handle = StoredValue::new_local(Arc::new(handle) as Arc<dyn Fn(&str) -> bool>);
        let listener = window_event_listener(leptos::ev::keydown, move |event| {
            let has_modifier = event.ctrl_key() || event.alt_key() || event.meta_key();
            if !has_modifier && !is_typing(&event) && !is_beneath_a_dialog() && handle.get_value()(&event.key()) {
                event.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
    }
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = handle;
}

/// Whether a dialog with its own shortcuts is open; `data-keys` marks dialogs that leave them to the page.
#[cfg(feature = "hydrate")]
fn is_beneath_a_dialog() -> bool {
    leptos::prelude::document().query_selector("dialog:modal:not([data-keys])").is_ok_and(|dialog| dialog.is_some())
}

/// Whether the key goes into a field; Escape still leaves the field.
#[cfg(feature = "hydrate")]
fn is_typing(event: &leptos::ev::KeyboardEvent) -> bool {
    use leptos::wasm_bindgen::JsCast;
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok());
    let is_field = target.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            && element.get_attribute("type").as_deref() != Some("checkbox")
    });
    is_field && event.key() != "Escape"
}

/// Focuses the element with that id; false if there is none, and on the server.
pub fn focus(id: &str) -> bool {
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast;
        let element = leptos::prelude::document().get_element_by_id(id);
        if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            return element.focus().is_ok();
        }
    }
    let _id = id;
    false
}

/// Clicks the first element that matches a CSS selector; does nothing on the server.
pub fn press(selector: &str) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast;
        let element = leptos::prelude::document().query_selector(selector).ok().flatten();
        if let Some(button) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            button.click();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = selector;
}

/// Submits the form of the changed field, so that the choice applies at once; does nothing on the server.
pub fn submit_form(event: &leptos::ev::Event) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast;
        let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let form = element.and_then(|element| element.closest("form").ok().flatten());
        if let Some(form) = form.and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok()) {
            let _sent_or_not_valid = form.request_submit();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = event;
}

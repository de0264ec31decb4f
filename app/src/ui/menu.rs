//! Menus made of `details`, which work without JavaScript.

use leptos::html::Details;
use leptos::prelude::*;

/// Closes a menu.
pub fn close_menu(menu: NodeRef<Details>) {
    if let Some(menu) = menu.get_untracked() {
        menu.set_open(false);
    }
}

/// Whether a `details` element is open; false on the server.
pub fn is_open_now(menu: NodeRef<Details>) -> bool {
    menu.get_untracked().is_some_and(|menu| menu.open())
}

/// Handles a key within a menu: Escape closes it, and nothing else that Escape would close, and focuses its summary.
pub fn menu_key(menu: NodeRef<Details>, event: &leptos::ev::KeyboardEvent) {
    let Some(open) = menu.get_untracked().filter(|menu| menu.open() && event.key() == "Escape") else { return };
    event.stop_propagation();
    event.prevent_default();
    open.set_open(false);
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast;
        let summary = open.query_selector("summary").ok().flatten();
        if let Some(summary) = summary.and_then(|summary| summary.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _focused = summary.focus();
        }
    }
}

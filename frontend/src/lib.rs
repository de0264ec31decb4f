//! The browser entry point: hydrates the server-rendered page.

// The type of a Leptos view nests as deeply as the page does.
#![recursion_limit = "512"]

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's inline script.
#[wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        app::stopped::show();
    }));
    wasm_bindgen_futures::spawn_local(start());
}

/// Without its part a page stays as the server rendered it: links and forms work, and a notice offers to reload.
async fn start() {
    let path = leptos::prelude::window().location().pathname().unwrap_or_default();
    if app::load_part_of(&path).await {
        leptos::mount::hydrate_lazy(app::App);
    } else {
        app::stopped::show();
    }
}

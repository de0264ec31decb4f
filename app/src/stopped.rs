//! The notice shown after the WASM module has panicked. Without it the page would look live but never update.

/// Replaces the live pill with a notice. Uses the DOM directly, as the reactive state may be inconsistent after a panic.
#[cfg(feature = "hydrate")]
pub fn show() {
    use leptos::prelude::document;
    let Ok(Some(pill)) = document().query_selector(".pill") else { return };
    pill.set_outer_html(
        "<span class=\"pill\" data-state=\"stopped\" role=\"alert\"><strong>This page stopped working.</strong>\
         <a href=\"\" rel=\"external\">Reload</a></span>",
    );
}

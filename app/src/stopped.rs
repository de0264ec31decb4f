//! What a page shows after its program stopped: without it, the page would look alive and never change again.

/// Replaces the live pill. Works on the document alone, as nothing of the program can be relied upon.
#[cfg(feature = "hydrate")]
pub fn show() {
    use leptos::prelude::document;
    let Ok(Some(pill)) = document().query_selector(".pill") else { return };
    pill.set_outer_html(
        "<span class=\"pill\" data-state=\"stopped\" role=\"alert\"><strong>This page stopped.</strong>\
         <a href=\"\" rel=\"external\">Reload</a></span>",
    );
}

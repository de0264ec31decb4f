//! A text of several lines.

use leptos::prelude::*;

/// The only place that may use `textarea`: its children are written unescaped on the server (tachys 0.2, `elements.rs`), so
/// that the text of a template could end it and go on as markup.
#[component]
pub fn Area(#[prop(into)] id: String, name: &'static str, rows: u8, value: String) -> impl IntoView {
    // The parser drops a first line break.
    let html = format!("\n{}", value.replace('&', "&amp;").replace('<', "&lt;"));
    view! { <textarea class="input area" id=id name=name rows=rows spellcheck="false" data-mono="" inner_html=html></textarea> }
}

//! The dark and light theme.

use leptos::prelude::*;

use super::Icon;

/// Renders both icons; the style sheet hides that of the current theme.
#[component]
pub fn ThemeIcons() -> impl IntoView {
    view! {
        <span class="theme-light"><Icon data=icondata_lu::LuSun/></span>
        <span class="theme-dark"><Icon data=icondata_lu::LuMoon/></span>
    }
}

/// Switches between dark and light. Stored in a cookie, so that the server renders the right theme from the start.
#[cfg(feature = "hydrate")]
pub fn switch_theme() {
    use wasm_bindgen::JsCast;
    let Some(root) = document().document_element() else { return };
    let system_is_dark =
        || window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|query| query.matches());
    let is_dark = root.get_attribute("data-theme").map_or_else(system_is_dark, |theme| theme == "dark");
    let theme = if is_dark { "light" } else { "dark" };
    let _always_possible = root.set_attribute("data-theme", theme);
    if let Ok(html) = document().dyn_into::<web_sys::HtmlDocument>() {
        let _may_be_off = html.set_cookie(&format!("theme={theme}; Path=/; Max-Age=31536000; SameSite=Lax"));
    }
}

/// Does nothing on the server.
#[cfg(not(feature = "hydrate"))]
pub fn switch_theme() {}

//! The HTML document around the app.

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;
use leptos_router::location::RequestUrl;

use super::App;
use super::lazy::Part;
use crate::ui::list_style::ListStyle;

/// Request context: value of the theme cookie, `dark` or `light`; `None` for the preference of the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Theme(pub Option<&'static str>);

/// Request context: the asset files.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// Hash of all files. It is part of their URLs, so that browsers can cache them indefinitely.
    pub version: String,
    /// Names of the WASM files that load after the first.
    pub parts: Vec<String>,
}

/// Versioned URL of an asset.
fn asset(file: &str) -> String {
    let version = use_context::<Assets>().unwrap_or_default().version;
    format!("/pkg/{version}/{file}")
}

/// Inline script that loads the WASM binary and hydrates the page.
fn hydrate(script: &str, program: &str) -> String {
    format!(r#"import init, {{ hydrate }} from "{script}"; await init({{ module_or_path: "{program}" }}); hydrate();"#)
}

/// The HTML document, rendered on the server. Reads [`Theme`], [`ListStyle`] and [`Assets`] from the request context.
pub fn document() -> impl IntoView {
    let theme = use_context::<Theme>().unwrap_or_default().0;
    let lists = use_context::<ListStyle>().unwrap_or_default();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme data-density=lists.density() data-hide=lists.hide()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="color-scheme" content="dark light"/>
                <link rel="stylesheet" href=asset("opscenter.css")/>
                <link rel="icon" type="image/svg+xml" href="/favicon.svg"/>
                <link rel="apple-touch-icon" href="/apple-touch-icon.png"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f7f8fa"/>
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0b0c0f"/>
                <Hydration/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// Replaces leptos's `HydrationScripts`, which puts the nonce of the preload into `crossorigin` (leptos 0.8.23), so that a
/// CSP without `'self'` would block it.
#[component]
fn Hydration() -> impl IntoView {
    let nonce = use_nonce();
    let (script, program) = (asset("opscenter.js"), asset("opscenter_bg.wasm"));
    let start = hydrate(&script, &program);
    let programs = std::iter::once(program).chain(parts_of_page().into_iter().map(|part| asset(&part)));
    let preload =
        |href| view! { <link rel="preload" href=href r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/> };
    view! {
        <link rel="modulepreload" href=script nonce=nonce.clone()/>
        <link rel="modulepreload" href=asset("split.js") nonce=nonce.clone()/>
        {programs.map(preload).collect_view()}
        <script type="module" nonce=nonce inner_html=start></script>
    }
}

/// The WASM files that the requested page loads after the first: its own, and those that pages share.
fn parts_of_page() -> Vec<String> {
    let path = use_context::<RequestUrl>().map(|url| url.as_ref().to_owned()).unwrap_or_default();
    let Some(own) = Part::of(&path) else { return Vec::new() };
    let mut parts = use_context::<Assets>().unwrap_or_default().parts;
    parts.retain(|name| name.starts_with("chunk_") || name == own.file());
    parts
}

//! Icons: Lucide, provider logos, and a few custom shapes.

use icondata_core::{Icon as Data, IconData};
use leptos::prelude::*;

/// A Lucide icon, or one of [`shapes`]. Decorative only: the text beside it carries the meaning.
#[component]
pub fn Icon(
    /// The icon.
    data: Data,
    /// Rotates it, as a progress indicator.
    #[prop(default = false)]
    spin: bool,
) -> impl IntoView {
    let is_filled = data.stroke.is_none();
    view! {
        <svg
            class="icon"
            viewBox="0 0 24 24"
            fill=if is_filled { "currentColor" } else { "none" }
            stroke=(!is_filled).then_some("currentColor")
            stroke-linecap="round"
            stroke-linejoin="round"
            data-spin=spin.then_some("")
            aria-hidden="true"
            inner_html=data.data
        ></svg>
    }
}

/// A provider's monochrome logo from the SVG sprite that the build generates; a webhook icon if it has none.
#[component]
pub fn Mark(
    /// Id of the provider pack.
    #[prop(into)]
    provider: String,
) -> impl IntoView {
    if MARKED.contains(&provider.as_str()) {
        let shape = format!("/pkg/marks.svg?v={MARKS_VERSION}#{provider}");
        return view! {
            <svg class="mark" viewBox="0 0 24 24" fill="currentColor" aria-hidden="true"><use href=shape></use></svg>
        }
        .into_any();
    }
    view! {
        <svg class="mark" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"
            stroke-linejoin="round" aria-hidden="true" inner_html=icondata_lu::LuWebhook.data></svg>
    }
    .into_any()
}

include!(concat!(env!("OUT_DIR"), "/marked.rs"));

/// The product logo.
#[component]
pub fn BrandMark() -> impl IntoView {
    view! {
        <svg class="brand-mark" viewBox="0 0 24 24" fill="currentColor" aria-hidden="true"
            inner_html=shapes::BRAND.data></svg>
    }
}

/// Shapes of severities and states that can be told apart without colour.
pub mod shapes {
    use super::IconData;

    const fn shape(data: &'static str, stroke: Option<&'static str>) -> IconData {
        IconData {
            style: None,
            x: None,
            y: None,
            width: None,
            height: None,
            view_box: Some("0 0 24 24"),
            stroke_linecap: None,
            stroke_linejoin: None,
            stroke_width: None,
            stroke,
            fill: None,
            data,
        }
    }

    /// A filled octagon.
    pub static CRITICAL: &IconData = &shape(
        r#"<path fill-rule="evenodd" d="M7.6 1.2h8.8c.5 0 1 .2 1.4.6l4.4 4.4c.4.4.6.9.6 1.4v8.8c0 .5-.2 1-.6 1.4l-4.4 4.4c-.4.4-.9.6-1.4.6H7.6c-.5 0-1-.2-1.4-.6l-4.4-4.4a2 2 0 0 1-.6-1.4V7.6c0-.5.2-1 .6-1.4l4.4-4.4c.4-.4.9-.6 1.4-.6ZM12 6.4a1.35 1.35 0 0 0-1.35 1.35v4.5a1.35 1.35 0 0 0 2.7 0v-4.5A1.35 1.35 0 0 0 12 6.4ZM12 14.9a1.45 1.45 0 1 0 0 2.9a1.45 1.45 0 0 0 0-2.9Z"/>"#,
        None,
    );

    /// A filled diamond.
    pub static ERROR: &IconData = &shape(
        r#"<path fill-rule="evenodd" d="M10.2 1.2a2.5 2.5 0 0 1 3.6 0l9 9a2.5 2.5 0 0 1 0 3.6l-9 9a2.5 2.5 0 0 1-3.6 0l-9-9a2.5 2.5 0 0 1 0-3.6l9-9ZM12 6.4a1.35 1.35 0 0 0-1.35 1.35v4.5a1.35 1.35 0 0 0 2.7 0v-4.5A1.35 1.35 0 0 0 12 6.4ZM12 14.9a1.45 1.45 0 1 0 0 2.9a1.45 1.45 0 0 0 0-2.9Z"/>"#,
        None,
    );

    /// An open ring.
    pub static OPEN: &IconData = &shape(r#"<circle cx="12" cy="12" r="9.5"/>"#, Some("currentColor"));

    /// A half-filled disc.
    pub static ACKNOWLEDGED: &IconData = &shape(
        r#"<circle cx="12" cy="12" r="9.5"/><path d="M12 6.5a5.5 5.5 0 0 1 0 11Z" fill="currentColor" stroke="none"/>"#,
        Some("currentColor"),
    );

    /// A disc with a check mark.
    pub static RESOLVED: &IconData = &shape(
        r#"<path fill-rule="evenodd" d="M12 1.6a10.4 10.4 0 1 0 0 20.8a10.4 10.4 0 0 0 0-20.8Zm5.1 8.3a1.2 1.2 0 0 0-1.7-1.7l-4.9 4.9-1.9-1.9a1.2 1.2 0 0 0-1.7 1.7l2.75 2.75a1.2 1.2 0 0 0 1.7 0Z"/>"#,
        None,
    );

    /// A ring with a centre dot.
    pub static BRAND: &IconData = &shape(
        r#"<path fill-rule="evenodd" d="M6 0h12a6 6 0 0 1 6 6v12a6 6 0 0 1-6 6H6a6 6 0 0 1-6-6V6a6 6 0 0 1 6-6Zm6 5a7 7 0 1 0 0 14a7 7 0 0 0 0-14Zm0 2.6a4.4 4.4 0 1 1 0 8.8a4.4 4.4 0 0 1 0-8.8Zm0 2.2a2.2 2.2 0 1 0 0 4.4a2.2 2.2 0 0 0 0-4.4Z"/>"#,
        None,
    );
}

//! The page title, as shown in the browser tab.

use leptos::prelude::*;
use leptos_meta::Title;

use super::brand::app_name;
use super::text::{short, visible};
use crate::live::Unread;

/// Sets `<title>`, with the number of unread alerts. The only component that may use `leptos_meta::Title`, which writes its text unescaped on the server
/// (leptos_meta 0.8.7, `inject_meta_context`), while titles contain text from payloads.
#[component]
pub fn PageTitle(
    /// Title of the page; the name of the installation is appended.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let title = format!("{} · {}", visible(&text), app_name());
    let unread = use_context::<Unread>();
    let counted = move || match unread.map_or(0, |unread| unread.0.get()) {
        0 => written(title.clone()),
        n => written(format!("({}) {title}", short(n))),
    };
    view! { <Title text=counted/> }
}

/// On the server the text is written as HTML, so it is escaped.
#[cfg(feature = "ssr")]
fn written(title: String) -> String {
    html_escape::encode_text(&title).into_owned()
}

/// In the browser the title is set as text.
#[cfg(not(feature = "ssr"))]
fn written(title: String) -> String {
    title
}

//! The body, as a JSON tree or raw.

use std::sync::Arc;

use leptos::prelude::*;

use crate::api::call::Call;
use crate::api::events::GetEventPayload;
use crate::pages::load::Load;
use crate::ui::Icon;
use crate::ui::json::{Raw, Tree, lines};
use crate::ui::text::grouped;

/// Largest body that is displayed, in bytes; a larger one can only be downloaded.
const MOST: i64 = 12 * 1024 * 1024;

/// Bytes displayed without JavaScript.
const PLAIN: usize = 64 * 1024;

/// The body of an event of `size` bytes: a tree if it is JSON, else raw. Beyond 12 MiB only a download link.
#[component]
pub fn Payload(id: i64, size: i64) -> impl IntoView {
    if size > MOST {
        return view! {
            <section class="payload">
                <p class="payload-note">{format!("This payload ({} bytes) is too large to show here. Download it instead.", grouped(size))}</p>
                <Download id/>
            </section>
        }
        .into_any();
    }
    let text = Load::new(move || Call::of(GetEventPayload { id }));
    view! {
        <section class="payload">
            {text.show(move |text| view! { <Shown id text=text.into()/> }.into_any())}
        </section>
    }
    .into_any()
}

#[component]
fn Shown(id: i64, text: Arc<str>) -> impl IntoView {
    let (is_running, set_running) = signal(false);
    Effect::new(move |_| set_running.set(true));
    let lines = StoredValue::new(lines::lines(&text));
    let is_raw = RwSignal::new(lines.with_value(Option::is_none));
    let text = StoredValue::new(text);
    let body = move || match (is_running.get(), is_raw.get()) {
        (false, _) => {
            view! { <pre class="json-plain" tabindex="0">{text.with_value(|text| beginning(text))}</pre> }.into_any()
        }
        (_, true) => view! { <Raw text=text.get_value()/> }.into_any(),
        (_, false) => match lines.get_value() {
            Some(lines) => view! { <Tree text=text.get_value() lines/> }.into_any(),
            None => ().into_any(),
        },
    };
    let tab = move |raw: bool, word: &'static str| {
        let current = move || (is_raw.get() == raw).then_some("true");
        view! {
            <button type="button" aria-current=current disabled=move || !raw && lines.with_value(Option::is_none)
                on:click=move |_| is_raw.set(raw)>
                {word}
            </button>
        }
    };
    view! {
        <div class="payload-head">
            <span class="segmented">{tab(false, "Tree")}{tab(true, "Raw")}</span>
            <Download id/>
        </div>
        {body}
    }
}

fn beginning(text: &str) -> String {
    let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= PLAIN).last().unwrap_or(0);
    if text.len() <= PLAIN { text.to_owned() } else { format!("{}…", &text[..end]) }
}

#[component]
fn Download(id: i64) -> impl IntoView {
    view! {
        <a class="icon-button" href=format!("/download/events/{id}") rel="external" download=format!("event-{id}")
            aria-label="Download the raw payload" title="Download">
            <Icon data=icondata_lu::LuDownload/>
        </a>
    }
}

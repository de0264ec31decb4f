//! Links of an alert as buttons: what helps first when it fires.

use icondata_core::Icon as Data;
use leptos::prelude::*;

use crate::types::Alert;
use crate::ui::Icon;
use crate::ui::copy::{absolute, can_share, copy_text, share};
use crate::ui::text::is_link;

/// Names in the metadata, and what their buttons say. `url` leads to the provider.
const LINKS: [(&str, &str, Data); 3] = [
    ("runbook", "Runbook", icondata_lu::LuBookOpen),
    ("dashboard", "Dashboard", icondata_lu::LuChartLine),
    ("url", "", icondata_lu::LuExternalLink),
];

/// A button for each link in the metadata, and a button to copy the URL of the alert.
#[component]
pub fn Links(alert: Alert) -> impl IntoView {
    let button = |(href, word, icon): (String, String, Data)| {
        view! {
            <a class="button" data-size="small" href=href rel="noopener noreferrer" target="_blank">
                <Icon data=icon/><span>{word}</span>
            </a>
        }
    };
    let links = links_of(&alert).into_iter().map(button).collect_view();
    view! { <p class="button-row detail-links">{links}<OwnLink id=alert.id title=alert.title/></p> }
}

/// Copies the alert's URL, or shares it on a phone.
#[component]
fn OwnLink(id: i64, title: String) -> impl IntoView {
    let (done, shares) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move |_| shares.set(can_share()));
    let path = format!("/alerts/{id}");
    let press = move |_| {
        if shares.get_untracked() {
            return share(&title, &path);
        }
        copy_text(&absolute(&path));
        done.set(true);
    };
    let word = move || match (shares.get(), done.get()) {
        (true, _) => "Share",
        (false, true) => "Copied",
        (false, false) => "Copy link",
    };
    view! {
        <button class="button" data-size="small" type="button" data-scripted="" on:click=press>
            <Icon data=icondata_lu::LuLink/><span>{word}</span>
        </button>
    }
}

fn links_of(alert: &Alert) -> Vec<(String, String, Data)> {
    let found = LINKS.iter().filter_map(|(key, word, icon)| {
        let href = alert.metadata.get(*key)?.as_str().filter(|href| is_link(href))?;
        let word = if word.is_empty() { format!("Open in {}", alert.source_name) } else { (*word).to_owned() };
        Some((href.to_owned(), word, *icon))
    });
    found.collect()
}

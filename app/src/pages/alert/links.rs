//! Links of an alert as buttons: what helps first when it fires.

use icondata_core::Icon as Data;
use leptos::prelude::*;

use crate::types::Alert;
use crate::ui::Icon;
use crate::ui::text::is_link;

/// Names in the metadata, and what their buttons say. `url` leads to the provider.
const LINKS: [(&str, &str, Data); 3] = [
    ("runbook", "Runbook", icondata_lu::LuBookOpen),
    ("dashboard", "Dashboard", icondata_lu::LuChartLine),
    ("url", "", icondata_lu::LuExternalLink),
];

/// A button for each link; nothing if there is none.
#[component]
pub fn Links(alert: Alert) -> impl IntoView {
    let links = links_of(&alert);
    (!links.is_empty()).then(|| {
        let button = |(href, word, icon): (String, String, Data)| {
            view! {
                <a class="button" data-size="small" href=href rel="noopener noreferrer" target="_blank">
                    <Icon data=icon/><span>{word}</span>
                </a>
            }
        };
        view! { <p class="button-row detail-links">{links.into_iter().map(button).collect_view()}</p> }
    })
}

fn links_of(alert: &Alert) -> Vec<(String, String, Data)> {
    let found = LINKS.iter().filter_map(|(key, word, icon)| {
        let href = alert.metadata.get(*key)?.as_str().filter(|href| is_link(href))?;
        let word = if word.is_empty() { format!("Open in {}", alert.source_name) } else { (*word).to_owned() };
        Some((href.to_owned(), word, *icon))
    });
    found.collect()
}

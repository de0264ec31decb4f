//! Pages whose program loads when they are first opened, so that the Overview loads less.

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use leptos_router::ChooseView;

use super::{alert, alerts, events, notifications, settings, sources};
use crate::ui::Unloaded;

/// A page, for a route's `view`.
#[derive(Clone, Copy, Debug)]
pub enum Lazy {
    Alerts,
    Alert,
    Events,
    Refused,
    Notifications,
    Channels,
    Settings,
    Audit,
    Sources,
    NewSource,
    Source,
}

impl ChooseView for Lazy {
    async fn choose(self) -> AnyView {
        self.load().await.unwrap_or_else(|_| Unloaded().into_any())
    }

    async fn preload(&self) {
        // A failure shows when the page is opened.
        let _loaded = match self {
            Self::Alerts | Self::Alert => preload_alerts().await,
            _ => preload_others().await,
        };
    }
}

impl Lazy {
    async fn load(self) -> Result<AnyView, SplitLoaderError> {
        match self {
            Self::Alerts | Self::Alert => render_alerts(self).await,
            _ => render_others(self).await,
        }
    }
}

/// Loads the part of the page at this path, before it is hydrated; false if it cannot be loaded, also a second time.
pub async fn load_part_of(path: &str) -> bool {
    match part_of(path) {
        None => true,
        Some("split_alerts") => preload_alerts().await.is_ok() || preload_alerts().await.is_ok(),
        Some(_) => preload_others().await.is_ok() || preload_others().await.is_ok(),
    }
}

/// Loads the programs of all pages, so that opening one does not wait for it.
pub async fn preload_all() {
    Lazy::Alerts.preload().await;
    Lazy::Events.preload().await;
}

/// Name of the WASM file, without its extension, that has the page at this path; `None` if it is in the first.
pub fn part_of(path: &str) -> Option<&'static str> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    match path.split('/').nth(1).unwrap_or_default() {
        "" | "sign-in" | "setup" => None,
        "alerts" => Some("split_alerts"),
        _ => Some("split_others"),
    }
}

#[wasm_split(alerts, wasm_split_path = leptos::wasm_split, preload(preload_alerts), fallible)]
fn render_alerts(page: Lazy) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Lazy::Alert => alert::AlertPage().into_any(),
        _ => alerts::AlertsPage().into_any(),
    })
}

#[wasm_split(others, wasm_split_path = leptos::wasm_split, preload(preload_others), fallible)]
fn render_others(page: Lazy) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Lazy::Events => events::EventsPage().into_any(),
        Lazy::Refused => events::RefusedPage().into_any(),
        Lazy::Notifications => notifications::NotificationsPage().into_any(),
        Lazy::Channels => notifications::ChannelsPage().into_any(),
        Lazy::Settings => settings::SettingsPage().into_any(),
        Lazy::Audit => settings::AuditPage().into_any(),
        Lazy::Sources => sources::SourcesPage().into_any(),
        Lazy::NewSource => sources::NewSourcePage().into_any(),
        _ => sources::SourcePage().into_any(),
    })
}

#[cfg(test)]
mod tests {
    use super::part_of;

    #[test]
    fn a_path_names_its_part() {
        for path in ["/", "/?x=/alerts", "/sign-in?next=/events", "/setup", ""] {
            assert_eq!(part_of(path), None, "{path}");
        }
        assert_eq!(part_of("/alerts?open=1"), Some("split_alerts"));
        assert_eq!(part_of("/alerts/17"), Some("split_alerts"));
        for path in ["/events/refused", "/settings", "/sources/new", "/nothing"] {
            assert_eq!(part_of(path), Some("split_others"), "{path}");
        }
    }
}

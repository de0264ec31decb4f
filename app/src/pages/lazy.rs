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

/// A part of the program that loads after the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The list of alerts, and a single one.
    Alerts,
    /// All pages that are neither in the first part nor in [`Self::Alerts`].
    Others,
}

impl Part {
    /// The part with the page at this path; `None` if it is in the first.
    pub fn of(path: &str) -> Option<Self> {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        match path.split('/').nth(1).unwrap_or_default() {
            "" | "sign-in" | "setup" => None,
            "alerts" => Some(Self::Alerts),
            _ => Some(Self::Others),
        }
    }

    /// Name of its WASM file.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Alerts => "split_alerts.wasm",
            Self::Others => "split_others.wasm",
        }
    }

    async fn load(self) -> Result<(), SplitLoaderError> {
        match self {
            Self::Alerts => preload_alerts().await,
            Self::Others => preload_others().await,
        }
    }
}

impl Lazy {
    const fn part(self) -> Part {
        match self {
            Self::Alerts | Self::Alert => Part::Alerts,
            _ => Part::Others,
        }
    }
}

impl ChooseView for Lazy {
    async fn choose(self) -> AnyView {
        let page = match self.part() {
            Part::Alerts => render_alerts(self).await,
            Part::Others => render_others(self).await,
        };
        page.unwrap_or_else(|_| Unloaded().into_any())
    }

    async fn preload(&self) {
        // A failure shows when the page is opened.
        let _loaded = self.part().load().await;
    }
}

/// Loads the part of the page at this path, before it is hydrated; false if it cannot be loaded, also a second time.
pub async fn load_part_of(path: &str) -> bool {
    let Some(part) = Part::of(path) else { return true };
    part.load().await.is_ok() || part.load().await.is_ok()
}

/// Loads all parts, so that opening a page does not wait for its own.
pub async fn preload_all() {
    for part in [Part::Alerts, Part::Others] {
        // A failure shows when a page is opened.
        let _loaded = part.load().await;
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
    use super::Part;

    #[test]
    fn a_path_names_its_part() {
        for path in ["/", "/?x=/alerts", "/sign-in?next=/events", "/setup", ""] {
            assert_eq!(Part::of(path), None, "{path}");
        }
        for path in ["/alerts?open=1", "/alerts/17"] {
            assert_eq!(Part::of(path), Some(Part::Alerts), "{path}");
        }
        for path in ["/events/refused", "/settings", "/sources/new", "/nothing"] {
            assert_eq!(Part::of(path), Some(Part::Others), "{path}");
        }
    }
}

//! Palette entries that need no request: pages, actions, and an alert by its number.

use crate::live::Live;
use crate::ui::keys::press;
use crate::ui::theme::switch_theme;

/// The pages: label, the key after `g` (empty for none), and path.
pub const PLACES: [(&str, &str, &str); 10] = [
    ("Overview", "o", "/"),
    ("Alerts", "a", "/alerts"),
    ("Events", "e", "/events"),
    ("Rejected requests", "", "/events/refused"),
    ("Sources", "s", "/sources"),
    ("Add a source", "", "/sources/new"),
    ("Notifications", "n", "/notifications"),
    ("Channels", "", "/notifications/channels"),
    ("Audit log", "", "/settings/audit"),
    ("Settings", "", "/settings"),
];

/// Labels of the global actions.
const DEEDS: [(&str, Command); 3] = [
    ("Switch theme", Command::SwitchTheme),
    ("Sound for critical alerts on or off", Command::ToggleSound),
    ("Sign out", Command::SignOut),
];

/// A global action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    SwitchTheme,
    ToggleSound,
    SignOut,
}

impl Command {
    /// Runs the action in the browser.
    pub fn run(self, live: Live) {
        match self {
            Self::SwitchTheme => switch_theme(),
            Self::ToggleSound => live.toggle_sound(),
            Self::SignOut => press("form[action='/sign-out'] button"),
        }
    }
}

/// One line of the results.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchResult {
    /// Label.
    pub word: String,
    /// What it is, such as `page`.
    pub note: &'static str,
    /// What choosing it does.
    pub target: Target,
}

/// What choosing a result does.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// Opens this path.
    Go(String),
    /// Runs this action.
    Do(Command),
}

impl Target {
    /// Path of a link; `None` for an action.
    pub fn href(&self) -> Option<String> {
        match self {
            Self::Go(href) => Some(href.clone()),
            Self::Do(_) => None,
        }
    }
}

/// An alert by its number, and pages and actions whose label contains the query.
pub fn known(typed: &str) -> Vec<SearchResult> {
    let needle = typed.trim().to_lowercase();
    let number = needle.trim_start_matches('#').parse::<i64>().ok();
    let alert = |number| SearchResult {
        word: format!("Alert #{number}"),
        note: "alert",
        target: Target::Go(format!("/alerts/{number}")),
    };
    let number = number.map(alert);
    let pages = PLACES.iter().filter(|(word, ..)| word.to_lowercase().contains(&needle));
    let page = |(word, _, href): &(&str, &str, &str)| SearchResult {
        word: (*word).to_owned(),
        note: "page",
        target: Target::Go((*href).to_owned()),
    };
    let deeds = DEEDS.iter().filter(|(word, _)| !needle.is_empty() && word.to_lowercase().contains(&needle));
    let deed = |(word, deed): &(&str, Command)| SearchResult {
        word: (*word).to_owned(),
        note: "action",
        target: Target::Do(*deed),
    };
    number.into_iter().chain(pages.map(page)).chain(deeds.map(deed)).collect()
}

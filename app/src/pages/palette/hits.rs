//! Palette entries that need no request: pages, actions, and an alert by its number.

use crate::live::Live;
use crate::types::Severity;
use crate::ui::keys::press;
use crate::ui::theme::switch_theme;

/// Pages that only admins may open.
const FOR_ADMINS: [&str; 2] = ["/sources/new", "/settings/audit"];

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
const COMMANDS: [(&str, Command); 3] = [
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
    /// What it is, such as `page`, or of an alert its severity, state, source and age.
    pub note: String,
    /// Severity of an alert.
    pub severity: Option<Severity>,
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

impl SearchResult {
    /// A result that is not an alert.
    pub fn plain(word: &str, note: &str, target: Target) -> Self {
        Self { word: word.to_owned(), note: note.to_owned(), severity: None, target }
    }
}

/// An alert by its number, and the pages and actions whose label contains the query.
pub fn known(typed: &str, is_admin: bool) -> Vec<SearchResult> {
    let needle = typed.trim().to_lowercase();
    let number = needle.trim_start_matches('#').parse::<i64>().ok();
    let alert =
        |number| SearchResult::plain(&format!("Alert #{number}"), "alert", Target::Go(format!("/alerts/{number}")));
    let fits = |word: &str| word.to_lowercase().contains(&needle);
    let pages = PLACES.iter().filter(|(word, _, href)| fits(word) && (is_admin || !FOR_ADMINS.contains(href)));
    let page = |(word, _, href): &(&str, &str, &str)| SearchResult::plain(word, "page", Target::Go((*href).to_owned()));
    let commands = COMMANDS.iter().filter(|(word, _)| fits(word));
    let command = |(word, command): &(&str, Command)| SearchResult::plain(word, "action", Target::Do(*command));
    number.map(alert).into_iter().chain(pages.map(page)).chain(commands.map(command)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(typed: &str, is_admin: bool) -> Vec<String> {
        known(typed, is_admin).into_iter().map(|hit| hit.word).collect()
    }

    #[test]
    fn pages_and_actions_are_found_by_a_part_of_their_label() {
        assert_eq!(words("#17", true), ["Alert #17"]);
        assert_eq!(words("theme", false), ["Switch theme"]);
        assert_eq!(words("audit", true), ["Audit log"]);
        assert!(words("audit", false).is_empty() && words("add a", false).is_empty());
        assert_eq!(words("", true).len(), PLACES.len() + COMMANDS.len(), "everything while nothing is typed");
    }
}

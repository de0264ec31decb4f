//! Alert drafts: what a delivery means, before it is stored as an alert.

use std::fmt;

use app::types::Severity;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The effect of a draft on the alert with its deduplication key. A draft without a key always opens an alert.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Opens the alert, or counts another occurrence of the open one.
    #[default]
    Open,
    /// Resolves the alert; if none is open, this is only noted on the event.
    Resolve,
    /// The alert was acknowledged at the provider.
    Acknowledge,
    /// The acknowledgement was withdrawn at the provider.
    Unacknowledge,
}

/// How messages with the same key are ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// By the provider's event time: for providers that send individual events and may retry them days later.
    #[default]
    Event,
    /// By order of receipt: for providers that send snapshots, where each message states the current condition.
    Received,
}

/// Whether an alert has to be resolved or only read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Can be open, acknowledged or resolved.
    Problem,
    /// News that is only read.
    Notice,
}

/// A future alert, already sanitized and truncated.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// What it does to the alert with its key.
    pub action: Action,
    /// One line, at most 300 bytes, never empty.
    pub title: String,
    /// Plain text, at most 8 KiB; may be empty.
    pub message: String,
    /// After the pack's cap was applied.
    pub severity: Severity,
    /// Values are strings of at most 1 KiB; empty ones are omitted.
    pub metadata: Map<String, Value>,
    /// Given by the rule, or derived by [`Kind::of`].
    pub kind: Kind,
    /// Deduplication key without the source id, which the worker prepends.
    pub key: Option<String>,
    /// Event time by the provider's clock, in Unix milliseconds; `None` if the payload has none.
    pub at: Option<i64>,
    /// Name of the rule that made the draft; `None` for the pack's default.
    pub rule: Option<String>,
    /// Why the rule, or a part of it, could not be applied; `None` if nothing failed.
    pub fallback: Option<String>,
}

impl Kind {
    /// The default kind: a notice if it has no key, so that nothing could ever resolve it, and is below warning; else a
    /// problem.
    pub fn of(key: Option<&String>, severity: Severity) -> Self {
        if key.is_none() && severity < Severity::Warning { Self::Notice } else { Self::Problem }
    }
}

/// Parses the severity names that providers use, in any case; `None` for an unknown one.
pub fn severity_word(word: &str) -> Option<Severity> {
    match word.trim().to_ascii_lowercase().as_str() {
        "info" | "information" | "informational" | "notice" | "low" | "note" | "debug" | "none" | "ok" => {
            Some(Severity::Info)
        }
        "warning" | "warn" | "medium" | "moderate" | "minor" | "p4" | "p5" => Some(Severity::Warning),
        "error" | "err" | "high" | "major" | "p3" => Some(Severity::Error),
        "critical" | "crit" | "fatal" | "page" | "emergency" | "alert" | "disaster" | "p1" | "p2" => {
            Some(Severity::Critical)
        }
        _ => None,
    }
}

/// Every field, for golden files and `opscenter provider test`.
impl fmt::Display for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let action = match self.action {
            Action::Open => "opens",
            Action::Resolve => "resolves",
            Action::Acknowledge => "acknowledges",
            Action::Unacknowledge => "unacknowledges",
        };
        let metadata: Vec<String> = self.metadata.iter().map(|(key, value)| format!("  {key}: {value}")).collect();
        write!(
            f,
            "{action} {} by {}\nkey: {} at {}\n{}\n\n{}\n\n{}\nfallback: {}",
            self.severity,
            self.rule.as_deref().unwrap_or("(default)"),
            self.key.as_deref().unwrap_or("-"),
            self.at.map_or_else(|| "-".to_owned(), app::types::time::iso),
            self.title,
            self.message,
            metadata.join("\n"),
            self.fallback.as_deref().unwrap_or("-"),
        )
    }
}

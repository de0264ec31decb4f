//! What a delivery means, before it is an alert.

use app::types::Severity;
use serde::Deserialize;
use serde_json::{Map, Value};

/// What a draft does to the alert with its key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Opens it, or counts on the open one.
    #[default]
    Open,
    /// Closes it; with nothing open it becomes an info alert.
    Resolve,
    /// Somebody took it on at the provider.
    Acknowledge,
    /// Nobody has it in hand any more.
    Unacknowledge,
}

/// What orders the messages of one key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// The provider's time of the event: for senders of single events, who may send one again days later.
    #[default]
    Event,
    /// The order of receipt: for senders of snapshots, whose every message says how it is now.
    Received,
}

/// What an alert is to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It can be open, acknowledged, resolved.
    Problem,
    /// News: read or unread.
    Notice,
}

/// One alert to be, already cleaned and cut.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub action: Action,
    pub title: String,
    pub message: String,
    pub severity: Severity,
    pub metadata: Map<String, Value>,
    pub kind: Kind,
    /// Without the source's id, which the worker puts before it.
    pub key: Option<String>,
    /// When it happened by the provider's clock, in Unix milliseconds; None where it does not say.
    pub at: Option<i64>,
    /// Name of the rule that made it; None for the pack's default.
    pub rule: Option<String>,
    /// Why the rule, or a part of it, could not be used.
    pub fallback: Option<String>,
}

impl Kind {
    /// Where a rule does not say: what has no key, so that nothing could ever end it, and is not bad.
    pub fn of(key: Option<&String>, severity: Severity) -> Self {
        if key.is_none() && severity < Severity::Warning { Self::Notice } else { Self::Problem }
    }
}

/// A severity by any of the words that providers use for it.
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

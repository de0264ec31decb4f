//! Alerts: what an event means to a person.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::activity::Activity;
use super::page::Cursor;
use super::text_enum::text_enum;

text_enum! {
    /// Severity, ordered from least to most urgent.
    pub enum Severity {
        /// For information.
        Info = "info",
        /// May need attention.
        Warning = "warning",
        /// A failure.
        Error = "error",
        /// An urgent failure; plays a sound and is sent first.
        Critical = "critical",
    }
}

impl Severity {
    /// The label in the user interface.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Info => "Info",
            Self::Warning => "Warning",
            Self::Error => "Error",
            Self::Critical => "Critical",
        }
    }
}

text_enum! {
    /// Whether an alert has to be resolved or only read.
    pub enum AlertKind {
        /// Can be open, acknowledged or resolved; repeats are counted until it is resolved.
        Problem = "problem",
        /// News that is only read.
        Notice = "notice",
    }
}

text_enum! {
    /// What has been done about an alert.
    pub enum AlertState {
        /// Reported, and not taken care of yet.
        Open = "open",
        /// Being worked on: a repeat is notified only if it is more severe.
        Acknowledged = "acknowledged",
        /// Over. A report with the same key within an hour reopens it, a later one opens a new alert.
        Resolved = "resolved",
    }
}

impl AlertState {
    /// The label in the user interface.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Acknowledged => "Acknowledged",
            Self::Resolved => "Resolved",
        }
    }
}

/// An alert, as in lists and live frames. Times are in Unix milliseconds UTC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Alert {
    /// Database id.
    pub id: i64,
    /// `None` once retention has removed the event.
    pub webhook_event_id: Option<i64>,
    /// Index within the event, as one delivery may contain several alerts.
    pub position: i64,
    /// Id of the source.
    pub webhook_source_id: i64,
    /// One line.
    pub title: String,
    /// Plain text, may be empty.
    pub message: String,
    /// The highest severity that was reported.
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub severity: Severity,
    /// Further details by name, as the rule of the pack defines them.
    #[cfg_attr(feature = "ssr", sqlx(json))]
    pub metadata: Map<String, Value>,
    /// Set by a user; a more severe report makes it unread again.
    pub is_read: bool,
    /// Problem or notice.
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub kind: AlertKind,
    /// State of a problem; a notice is only read or unread.
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub state: AlertState,
    /// Why the alert is undelivered; absent if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untold_reason: Option<String>,
    /// Deduplication key; `None` if every report opens an alert.
    pub dedup_key: Option<String>,
    /// Number of events that reported this alert while it was open.
    pub occurrences: i64,
    /// Time of the last report, in Unix milliseconds.
    pub last_seen_at: i64,
    /// End of the mute, in Unix milliseconds, possibly in the past; `None` if not muted.
    pub muted_until: Option<i64>,
    /// Email of the user who takes care of it; `None` for nobody.
    #[serde(default)]
    pub assignee: Option<String>,
    /// When it was opened first.
    pub created_at: i64,
    /// Time of the last change.
    pub updated_at: i64,
    /// Slug of the source.
    pub source: String,
    /// Display name of the source.
    pub source_name: String,
    /// Provider pack of the source, for its icon.
    pub provider: String,
    /// Type of the event; `None` once the event is gone.
    pub event_type: Option<String>,
}

impl Alert {
    /// Position in lists, which are ordered by when alerts were last seen.
    pub const fn cursor(&self) -> Cursor {
        Cursor { at: self.last_seen_at, id: self.id }
    }

    /// Whether its notifications are held at `now`, in Unix milliseconds.
    pub fn is_muted(&self, now: i64) -> bool {
        self.muted_until.is_some_and(|until| until > now)
    }
}

/// An alert with the newest entries of its timeline, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct AlertDetail {
    /// The alert.
    #[serde(flatten)]
    pub alert: Alert,
    /// The newest 50 entries, newest first.
    pub timeline: Vec<Activity>,
    /// `cursor` of the next older entries at `alerts/{id}/timeline`; absent if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeline_next: Option<String>,
    /// The newest 20 notifications, newest first.
    pub notifications: Vec<super::Notification>,
    /// Alerts with the same key in the 30 days before, newest first, at most 100.
    #[serde(default)]
    pub earlier: Vec<super::Earlier>,
}

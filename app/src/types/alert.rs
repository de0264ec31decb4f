//! Alerts: what an event means to a person, with state and timeline.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::list::List;
use super::page::Cursor;
use super::text_enum::text_enum;

text_enum! {
    /// Severity, ordered from least to most urgent.
    pub enum Severity {
        Info = "info",
        Warning = "warning",
        Error = "error",
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
        Open = "open",
        Acknowledged = "acknowledged",
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

text_enum! {
    /// The kind of a timeline entry.
    pub enum ActivityKind {
        Opened = "opened",
        Repeated = "repeated",
        Read = "read",
        Unread = "unread",
        Acknowledged = "acknowledged",
        Resolved = "resolved",
        Reopened = "reopened",
        Noted = "noted",
        Muted = "muted",
        Replayed = "replayed",
        Notified = "notified",
    }
}

text_enum! {
    /// An operator's action on one or many alerts.
    pub enum AlertChange {
        Read = "read",
        Unread = "unread",
        Acknowledge = "acknowledge",
        Resolve = "resolve",
        Reopen = "reopen",
        /// Suppresses notifications of repeats for an hour.
        Mute = "mute",
        Unmute = "unmute",
    }
}

impl AlertChange {
    /// The timeline entry that this change adds.
    pub const fn activity(self) -> ActivityKind {
        match self {
            Self::Read => ActivityKind::Read,
            Self::Unread => ActivityKind::Unread,
            Self::Acknowledge => ActivityKind::Acknowledged,
            Self::Resolve => ActivityKind::Resolved,
            Self::Reopen => ActivityKind::Reopened,
            Self::Mute | Self::Unmute => ActivityKind::Muted,
        }
    }
}

/// An alert, as in lists and live frames. Times are in Unix milliseconds UTC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Alert {
    pub id: i64,
    /// `None` once retention has removed the event.
    pub webhook_event_id: Option<i64>,
    /// Index within the event, as one delivery may contain several alerts.
    pub position: i64,
    pub webhook_source_id: i64,
    pub title: String,
    pub message: String,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub severity: Severity,
    #[cfg_attr(feature = "ssr", sqlx(json))]
    pub metadata: Map<String, Value>,
    pub is_read: bool,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub kind: AlertKind,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub state: AlertState,
    /// Why nobody was notified of the alert; absent if somebody was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untold_reason: Option<String>,
    pub dedup_key: Option<String>,
    /// Number of events that reported this alert while it was open.
    pub occurrences: i64,
    pub last_seen_at: i64,
    pub muted_until: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    /// Slug of the source.
    pub source: String,
    /// Display name of the source.
    pub source_name: String,
    /// Provider pack of the source, for its icon.
    pub provider: String,
    pub event_type: Option<String>,
}

impl Alert {
    /// Position of the alert in a list.
    pub const fn cursor(&self) -> Cursor {
        Cursor { created_at: self.created_at, id: self.id }
    }

    /// Whether notifications of repeats are suppressed.
    pub fn is_muted(&self, now: i64) -> bool {
        self.muted_until.is_some_and(|until| until > now)
    }
}

/// A timeline entry. Its id is also the sequence number of the live stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Activity {
    pub id: i64,
    pub alert_id: i64,
    pub webhook_event_id: Option<i64>,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub kind: ActivityKind,
    /// A user's email, `token:NAME`, or the source's slug.
    pub actor: String,
    #[cfg_attr(feature = "ssr", sqlx(json))]
    pub detail: Map<String, Value>,
    pub created_at: i64,
}

/// A page of timeline entries.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct TimelineQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// An alert with the newest entries of its timeline, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct AlertDetail {
    #[serde(flatten)]
    pub alert: Alert,
    pub timeline: Vec<Activity>,
    /// `cursor` of the next older entries at `alerts/{id}/timeline`; absent if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeline_next: Option<String>,
    /// Notifications, newest first.
    pub notifications: Vec<super::Notification>,
}

/// Filters of the alert list; an empty list or `None` does not filter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AlertQuery {
    #[serde(skip_serializing_if = "List::is_empty")]
    pub severity: List<Severity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_read: Option<bool>,
    #[serde(skip_serializing_if = "List::is_empty")]
    pub state: List<AlertState>,
    #[serde(skip_serializing_if = "List::is_empty")]
    pub kind: List<AlertKind>,
    /// Slug of the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Earliest `created_at`, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<i64>,
    /// Latest `created_at`, exclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<i64>,
    /// Full-text search by word prefix in title and message; results are ordered by id, newest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Largest id to include: restricts a bulk action to what existed when the list was loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub up_to: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// The alerts to change: either ids, or all that match a filter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Selection {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ids: Option<Vec<i64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<AlertQuery>,
    /// Must be set if the filter is empty, which selects every alert.
    pub all: bool,
}

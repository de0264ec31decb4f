//! Alerts: what an event means to a person, and what happened to it since.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::list::List;
use super::page::Cursor;
use super::text_enum::text_enum;

text_enum! {
    /// How bad it is; the order is the order of urgency.
    pub enum Severity {
        Info = "info",
        Warning = "warning",
        Error = "error",
        Critical = "critical",
    }
}

impl Severity {
    /// The word as a person reads it.
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
    /// What it is to people.
    pub enum AlertKind {
        /// It can be open, acknowledged, resolved, and is counted until it is.
        Problem = "problem",
        /// News: read or unread.
        Notice = "notice",
    }
}

text_enum! {
    /// What people have done about it.
    pub enum AlertState {
        Open = "open",
        Acknowledged = "acknowledged",
        Resolved = "resolved",
    }
}

impl AlertState {
    /// The word as a person reads it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Acknowledged => "Acknowledged",
            Self::Resolved => "Resolved",
        }
    }
}

text_enum! {
    /// A step of the timeline.
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
    /// What an operator can do to alerts, one or many.
    pub enum AlertChange {
        Read = "read",
        Unread = "unread",
        Acknowledge = "acknowledge",
        Resolve = "resolve",
        Reopen = "reopen",
        /// Repeats are not told for an hour.
        Mute = "mute",
        Unmute = "unmute",
    }
}

impl AlertChange {
    /// The step that this change leaves in the timeline.
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

/// An alert as lists and live frames carry it. Times are Unix milliseconds UTC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Alert {
    pub id: i64,
    /// None once the event has been pruned.
    pub webhook_event_id: Option<i64>,
    /// Place within the event, when one delivery held several alerts.
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
    /// Why nobody was told of it, where nobody was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untold_reason: Option<String>,
    pub dedup_key: Option<String>,
    /// How many events said the same while it was open.
    pub occurrences: i64,
    pub last_seen_at: i64,
    pub muted_until: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    /// Slug of the source.
    pub source: String,
    /// Display name of the source.
    pub source_name: String,
    /// Pack of the source, for its mark.
    pub provider: String,
    pub event_type: Option<String>,
}

impl Alert {
    /// Where it stands in a list.
    pub const fn cursor(&self) -> Cursor {
        Cursor { created_at: self.created_at, id: self.id }
    }

    /// Whether its repeats are kept from people.
    pub fn is_muted(&self, now: i64) -> bool {
        self.muted_until.is_some_and(|until| until > now)
    }
}

/// One step of an alert's timeline; its id is the sequence number of the live stream.
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

/// A page of a timeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct TimelineQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// An alert with the newest steps of its timeline, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct AlertDetail {
    #[serde(flatten)]
    pub alert: Alert,
    pub timeline: Vec<Activity>,
    /// `cursor` of the steps before these, at `alerts/{id}/timeline`; absent where these are all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeline_next: Option<String>,
    /// Notifications, newest first.
    pub notifications: Vec<super::Notification>,
}

/// Filters of the alert list; an empty list or None does not filter.
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
    /// Slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Earliest `created_at`, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<i64>,
    /// Latest `created_at`, exclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<i64>,
    /// Words in title or message, or their beginnings; newest alert first by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Largest id: what was there when somebody looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub up_to: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Which alerts a change is about: named ones, or all that match a filter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Selection {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ids: Option<Vec<i64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<AlertQuery>,
    /// Allows an empty filter to mean every alert.
    pub all: bool,
}

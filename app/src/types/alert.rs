//! Alerts: what an event means to a person, with state and timeline.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::list::List;
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

text_enum! {
    /// The kind of a timeline entry.
    pub enum ActivityKind {
        /// The alert was created by an event.
        Opened = "opened",
        /// An event reported it again.
        Repeated = "repeated",
        /// Marked as read.
        Read = "read",
        /// Marked as unread.
        Unread = "unread",
        /// Acknowledged by an operator.
        Acknowledged = "acknowledged",
        /// Resolved by an operator or by an event.
        Resolved = "resolved",
        /// Opened again by an operator or by an event.
        Reopened = "reopened",
        /// A note; `detail.text` holds it. Or an assignment: `detail.assignee` is an email, `null` for nobody.
        Noted = "noted",
        /// Muted or unmuted; `detail.until` is the end in Unix milliseconds, `null` for unmuted.
        Muted = "muted",
        /// Its event was reprocessed.
        Replayed = "replayed",
        /// A notification was sent; `detail.channel` names the channel.
        Notified = "notified",
    }
}

text_enum! {
    /// An operator's action on one or many alerts.
    pub enum AlertChange {
        /// Marks as read.
        Read = "read",
        /// Marks as unread.
        Unread = "unread",
        /// Marks as being worked on; cancels pending notifications.
        Acknowledge = "acknowledge",
        /// Marks as over.
        Resolve = "resolve",
        /// Opens again; notifications are sent again.
        Reopen = "reopen",
        /// Holds notifications, for an hour unless an end is given.
        Mute = "mute",
        /// Ends a mute; held notifications are sent.
        Unmute = "unmute",
        /// Sets or clears who takes care of it.
        Assign = "assign",
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
            Self::Assign => ActivityKind::Noted,
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

/// A timeline entry. Its id is also the sequence number of the live stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Activity {
    /// Database id.
    pub id: i64,
    /// The alert.
    pub alert_id: i64,
    /// The event that caused it; `None` for a user action, and once retention has removed the event.
    pub webhook_event_id: Option<i64>,
    /// What happened.
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub kind: ActivityKind,
    /// A user's email, `token:NAME`, or the source's slug.
    pub actor: String,
    /// Details by kind, such as `text` of a note; may be empty.
    #[cfg_attr(feature = "ssr", sqlx(json))]
    pub detail: Map<String, Value>,
    /// In Unix milliseconds.
    pub created_at: i64,
}

/// Paging of a timeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct TimelineQuery {
    /// Page size, 1 to 200; 50 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// `timeline_next` of the alert, or `next` of the previous page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
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

/// Filters of the alert list; an empty list or `None` does not filter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AlertQuery {
    /// Any of these severities.
    #[serde(skip_serializing_if = "List::is_empty")]
    pub severity: List<Severity>,
    /// Read or unread only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_read: Option<bool>,
    /// Any of these states.
    #[serde(skip_serializing_if = "List::is_empty")]
    pub state: List<AlertState>,
    /// Problems or notices only.
    #[serde(skip_serializing_if = "List::is_empty")]
    pub kind: List<AlertKind>,
    /// Slug of the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Email of the assignee; `none` for unassigned alerts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// Earliest `last_seen_at`, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<i64>,
    /// Latest `last_seen_at`, exclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<i64>,
    /// Full-text search by word prefix in title and message, at most 16 words; results are ordered by id, newest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Largest id to include: restricts a bulk action to what existed when the list was loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub up_to: Option<i64>,
    /// Page size, 1 to 200; 50 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// `next` of the previous page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// The alerts to change: `ids` or `filter`, not both.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Selection {
    /// 1 to 10,000 ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ids: Option<Vec<i64>>,
    /// Every match, without `limit` and `cursor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<AlertQuery>,
    /// Must be set if the filter is empty, which selects every alert.
    pub all: bool,
    /// For `mute`: its end in Unix milliseconds, at most 30 days ahead; in an hour by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// For `assign`: email of an active user, or empty for nobody; the user who asks by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
}

/// Value of [`AlertQuery::assignee`] for unassigned alerts.
pub const UNASSIGNED: &str = "none";

//! Filters of the alert list, and changes to alerts.

use serde::{Deserialize, Serialize};

use super::activity::ActivityKind;
use super::alert::{AlertKind, AlertState, Severity};
use super::arranged::AlertSort;
use super::list::List;
use super::text_enum::text_enum;

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
    /// Another order than by `last_seen_at`: sorts the newest 1,000 matches, and gives up to 200 of them on one page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<AlertSort>,
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
    /// For `assign`: email of an active operator or admin, or empty for nobody; the user who asks by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
}

/// Value of [`AlertQuery::assignee`] for unassigned alerts.
pub const UNASSIGNED: &str = "none";

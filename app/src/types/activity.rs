//! Timelines of alerts.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::text_enum::text_enum;

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

//! Notifications: who was told of an alert, by which channel, and what came back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Severity;
use super::list::List;
use super::text_enum::text_enum;

text_enum! {
    /// How a message travels.
    pub enum ChannelKind {
        Telegram = "telegram",
        Email = "email",
        Slack = "slack",
    }
}

impl ChannelKind {
    /// The word as a person reads it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Telegram => "Telegram",
            Self::Email => "Email",
            Self::Slack => "Slack",
        }
    }
}

text_enum! {
    /// What is told.
    pub enum NotificationKind {
        Opened = "opened",
        Repeated = "repeated",
        Resolved = "resolved",
        Digest = "digest",
    }
}

text_enum! {
    /// Where a notification stands.
    pub enum NotificationStatus {
        Pending = "pending",
        /// Kept back until a moment, with the reason.
        Held = "held",
        Sent = "sent",
        Failed = "failed",
        /// Need not be said any more, with the reason.
        Cancelled = "cancelled",
    }
}

/// One alert to be told by one channel, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Notification {
    pub id: i64,
    pub alert_id: i64,
    pub channel_id: Option<i64>,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub channel: ChannelKind,
    /// Masked where it is a secret.
    pub recipient: String,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub kind: NotificationKind,
    pub episode: i64,
    /// The first notification of the message that told of this one too.
    pub digest_id: Option<i64>,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub status: NotificationStatus,
    pub attempts: i64,
    pub due_at: i64,
    pub lease_until: Option<i64>,
    pub error_message: Option<String>,
    /// In the provider's own words.
    pub provider_response: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub severity: Severity,
    /// Why it is held, cancelled or failed.
    pub reason: Option<String>,
    pub held_until: Option<i64>,
    /// Title of the alert.
    pub title: String,
    /// Name of the channel, if it is still there.
    pub channel_name: Option<String>,
}

impl Notification {
    /// Why it stands as it does, and what the provider said last.
    pub fn why(&self) -> String {
        let until = self.held_until.filter(|_| self.status == NotificationStatus::Held);
        let until = until.map(|until| format!("until {} UTC", super::time::clock(until)));
        let reply = self.error_message.clone().or_else(|| self.provider_response.clone());
        [self.reason.clone(), until, reply].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// Filters of the log.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct NotificationQuery {
    pub status: List<NotificationStatus>,
    pub channel: List<ChannelKind>,
    pub channel_id: Option<i64>,
    pub alert_id: Option<i64>,
    pub kind: List<NotificationKind>,
    /// Earliest `created_at`, inclusive.
    pub from: Option<i64>,
    /// Latest `created_at`, exclusive.
    pub to: Option<i64>,
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

/// A way to tell people. Its secret never leaves the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Channel {
    pub id: i64,
    pub name: String,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub kind: ChannelKind,
    /// Chat id or address; masked where it is a secret.
    pub recipient: String,
    #[cfg_attr(feature = "ssr", sqlx(json))]
    pub settings: Map<String, Value>,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub min_severity: Severity,
    pub fallback_id: Option<i64>,
    pub is_active: bool,
    /// Why nothing can be sent until somebody mends it.
    pub broken_reason: Option<String>,
    pub muted_until: Option<i64>,
    /// Since when every attempt has failed; None while it works.
    pub failing_since: Option<i64>,
    /// What is wrong although messages go out.
    pub warning: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
}

impl Channel {
    /// Whether the environment made it; then it is changed there.
    pub fn is_from_environment(&self) -> bool {
        self.settings.get("environment").and_then(Value::as_bool).unwrap_or(false)
    }
}

/// What it takes to add a channel.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewChannel {
    pub name: String,
    pub kind: ChannelKind,
    /// Chat id (Telegram) or address (email); for Slack the name of the room, for people.
    #[serde(default)]
    pub recipient: String,
    /// Bot token (Telegram) or webhook URL (Slack); email takes none.
    #[serde(default)]
    pub secret: Option<String>,
    #[serde(default)]
    pub min_severity: Option<Severity>,
    #[serde(default)]
    pub fallback_id: Option<i64>,
    /// `sources` (slugs, comma separated), `resolved` (true to tell of the end), `template`, `subject`.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
}

/// What may be changed of a channel; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ChannelUpdate {
    pub name: Option<String>,
    pub recipient: Option<String>,
    pub secret: Option<String>,
    pub min_severity: Option<Severity>,
    /// 0 for none.
    pub fallback_id: Option<i64>,
    pub is_active: Option<bool>,
    /// Unix milliseconds; 0 for not muted.
    pub muted_until: Option<i64>,
    pub settings: Option<BTreeMap<String, String>>,
}

/// What a test message brought back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct ChannelTest {
    pub ok: bool,
    /// The provider's own answer, or why there is none.
    pub answer: String,
}

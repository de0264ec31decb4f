//! Notifications: the messages sent about an alert, by channel, with the provider's response.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Severity;
use super::list::List;
use super::text_enum::text_enum;

text_enum! {
    /// The transport of a channel.
    pub enum ChannelKind {
        Telegram = "telegram",
        Email = "email",
        Slack = "slack",
    }
}

impl ChannelKind {
    /// The label in the user interface.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Telegram => "Telegram",
            Self::Email => "Email",
            Self::Slack => "Slack",
        }
    }
}

text_enum! {
    /// The change that a notification reports.
    pub enum NotificationKind {
        Opened = "opened",
        Repeated = "repeated",
        Resolved = "resolved",
        Digest = "digest",
    }
}

text_enum! {
    /// Delivery state of a notification.
    pub enum NotificationStatus {
        Pending = "pending",
        /// Postponed until a given time, for a given reason.
        Held = "held",
        Sent = "sent",
        Failed = "failed",
        /// No longer needed, for a given reason.
        Cancelled = "cancelled",
    }
}

/// A notification of one alert on one channel, with its result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Notification {
    pub id: i64,
    pub alert_id: i64,
    pub channel_id: Option<i64>,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub channel: ChannelKind,
    /// Masked if it is a secret.
    pub recipient: String,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub kind: NotificationKind,
    pub episode: i64,
    /// Id of the first notification of the digest message that included this one.
    pub digest_id: Option<i64>,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub status: NotificationStatus,
    pub attempts: i64,
    pub due_at: i64,
    pub lease_until: Option<i64>,
    pub error_message: Option<String>,
    /// The provider's response, verbatim.
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
    /// Name of the channel; absent if it was deleted.
    pub channel_name: Option<String>,
}

impl Notification {
    /// The reason for the current status, with the provider's last response.
    pub fn why(&self) -> String {
        let until = self.held_until.filter(|_| self.status == NotificationStatus::Held);
        let until = until.map(|until| format!("until {} UTC", super::time::clock(until)));
        let reply = self.error_message.clone().or_else(|| self.provider_response.clone());
        [self.reason.clone(), until, reply].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// Filters of the notification log.
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

/// A notification channel. Its secret never leaves the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Channel {
    pub id: i64,
    pub name: String,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub kind: ChannelKind,
    /// Chat id or email address; masked if it is a secret.
    pub recipient: String,
    #[cfg_attr(feature = "ssr", sqlx(json))]
    pub settings: Map<String, Value>,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub min_severity: Severity,
    pub fallback_id: Option<i64>,
    pub is_active: bool,
    /// Why the channel cannot send until it is reconfigured.
    pub broken_reason: Option<String>,
    pub muted_until: Option<i64>,
    /// Since when every attempt has failed; `None` if the last one succeeded.
    pub failing_since: Option<i64>,
    /// A problem that does not prevent delivery.
    pub warning: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
}

impl Channel {
    /// Whether the channel is defined by environment variables, and so cannot be changed here.
    pub fn is_from_environment(&self) -> bool {
        self.settings.get("environment").and_then(Value::as_bool).unwrap_or(false)
    }
}

/// Body of a request to create a channel.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewChannel {
    pub name: String,
    pub kind: ChannelKind,
    /// Chat id (Telegram) or address (email); for Slack a display name of the Slack channel.
    #[serde(default)]
    pub recipient: String,
    /// Bot token (Telegram) or webhook URL (Slack); email has none.
    #[serde(default)]
    pub secret: Option<String>,
    #[serde(default)]
    pub min_severity: Option<Severity>,
    #[serde(default)]
    pub fallback_id: Option<i64>,
    /// `sources` (slugs, comma-separated), `resolved` (true also notifies of resolved alerts), `template`, `subject`.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
}

/// Changes to a channel; absent fields keep their value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ChannelUpdate {
    pub name: Option<String>,
    pub recipient: Option<String>,
    pub secret: Option<String>,
    pub min_severity: Option<Severity>,
    /// 0 removes the fallback.
    pub fallback_id: Option<i64>,
    pub is_active: Option<bool>,
    /// Unix milliseconds; 0 unmutes.
    pub muted_until: Option<i64>,
    pub settings: Option<BTreeMap<String, String>>,
}

/// The result of a test message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct ChannelTest {
    pub ok: bool,
    /// The provider's response, or why there is none.
    pub answer: String,
}

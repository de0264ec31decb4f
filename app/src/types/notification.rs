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
        /// A Telegram chat, through the Bot API.
        Telegram = "telegram",
        /// One or several addresses, through SMTP.
        Email = "email",
        /// An incoming webhook.
        Slack = "slack",
        /// One browser of a user, through its push service.
        Push = "push",
    }
}

impl ChannelKind {
    /// The label in the user interface.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Telegram => "Telegram",
            Self::Email => "Email",
            Self::Slack => "Slack",
            Self::Push => "Web Push",
        }
    }
}

text_enum! {
    /// The change that a notification reports.
    pub enum NotificationKind {
        /// The alert was opened or reopened.
        Opened = "opened",
        /// The alert was reported again.
        Repeated = "repeated",
        /// The alert was resolved.
        Resolved = "resolved",
        /// Several queued alerts in one message.
        Digest = "digest",
    }
}

text_enum! {
    /// Delivery state of a notification.
    pub enum NotificationStatus {
        /// Queued, or waiting for the channel.
        Pending = "pending",
        /// Muted until `held_until`; `reason` says by what.
        Held = "held",
        /// Accepted by the provider.
        Sent = "sent",
        /// Refused, given up after 24 hours, or the channel was disabled or deleted.
        Failed = "failed",
        /// No longer needed; `reason` says why.
        Cancelled = "cancelled",
    }
}

impl NotificationStatus {
    /// The label in the user interface.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Held => "Held",
            Self::Sent => "Sent",
            Self::Failed => "Failed",
            Self::Cancelled => "Cancelled",
        }
    }
}

/// A notification of one alert on one channel, with its result. Times are in Unix milliseconds UTC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Notification {
    /// Database id.
    pub id: i64,
    /// The alert that it reports.
    pub alert_id: i64,
    /// The channel; `None` once its row is deleted.
    pub channel_id: Option<i64>,
    /// Kind of the channel.
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub channel: ChannelKind,
    /// Masked if it is a secret.
    pub recipient: String,
    /// The change that it reports.
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub kind: NotificationKind,
    /// Episode of the alert; for a repeat the time of queueing.
    pub episode: i64,
    /// Id of the first notification of the digest message that included this one.
    pub digest_id: Option<i64>,
    /// Delivery state.
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub status: NotificationStatus,
    /// Attempts so far; a retry by a user starts over.
    pub attempts: i64,
    /// Earliest time of the next attempt.
    pub due_at: i64,
    /// End of the lease of the sender that claimed it; `None` if none has.
    pub lease_until: Option<i64>,
    /// Error of the last attempt; `None` if it succeeded.
    pub error_message: Option<String>,
    /// The provider's response, verbatim.
    pub provider_response: Option<String>,
    /// When it was queued.
    pub created_at: i64,
    /// Time of the last change.
    pub updated_at: i64,
    /// Severity of the alert when it was queued.
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub severity: Severity,
    /// Why it is held, cancelled or failed; stays after a hold has ended.
    pub reason: Option<String>,
    /// End of the hold, possibly in the past; `None` if it was never held.
    pub held_until: Option<i64>,
    /// Title of the alert.
    pub title: String,
    /// Name of the channel; `None` once its row is deleted.
    pub channel_name: Option<String>,
}

impl Notification {
    /// The reason for the current status, with the provider's last response.
    /// `moment` writes a time.
    pub fn why(&self, moment: impl Fn(i64) -> String) -> String {
        let until = self.held_until.filter(|_| self.status == NotificationStatus::Held);
        let until = until.map(|until| format!("until {}", moment(until)));
        let reply = self.error_message.clone().or_else(|| self.provider_response.clone());
        [self.reason.clone(), until, reply].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// Filters of the notification log; an empty list or `None` does not filter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct NotificationQuery {
    /// Any of these states.
    pub status: List<NotificationStatus>,
    /// Any of these kinds of channel.
    pub channel: List<ChannelKind>,
    /// One channel.
    pub channel_id: Option<i64>,
    /// One alert.
    pub alert_id: Option<i64>,
    /// Any of these kinds.
    pub kind: List<NotificationKind>,
    /// Earliest `created_at`, inclusive.
    pub from: Option<i64>,
    /// Latest `created_at`, exclusive.
    pub to: Option<i64>,
    /// Page size, 1 to 200; 50 by default.
    pub limit: Option<i64>,
    /// `next` of the previous page.
    pub cursor: Option<String>,
}

/// A notification channel. Its secret never leaves the server. Times are in Unix milliseconds UTC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Channel {
    /// Database id.
    pub id: i64,
    /// Unique display name.
    pub name: String,
    /// The transport.
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub kind: ChannelKind,
    /// Chat id, email addresses, or the name of a Slack channel; masked if it was derived from the secret, as for Web Push.
    pub recipient: String,
    /// As in a request to create a channel; `environment` is true if environment variables define the channel, `user` is the
    /// email of the owner of a Web Push channel.
    #[cfg_attr(feature = "ssr", sqlx(json))]
    pub settings: Map<String, Value>,
    /// Alerts below it are not sent.
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub min_severity: Severity,
    /// The channel that takes over while this one fails; `None` for none.
    pub fallback_id: Option<i64>,
    /// Whether alerts are sent to it.
    pub is_active: bool,
    /// Why the channel cannot send until it is reconfigured; `None` if it can.
    pub broken_reason: Option<String>,
    /// End of the mute, possibly in the past; `None` if not muted.
    pub muted_until: Option<i64>,
    /// Since when every attempt has failed; `None` if the last one succeeded.
    pub failing_since: Option<i64>,
    /// A problem that does not prevent delivery; `None` if there is none.
    pub warning: Option<String>,
    /// Time of creation.
    pub created_at: i64,
    /// Time of the last change.
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
    /// 1 to 100 characters, unique.
    pub name: String,
    /// The transport.
    pub kind: ChannelKind,
    /// Chat id (Telegram) or address (email); for Slack a display name of the Slack channel.
    #[serde(default)]
    pub recipient: String,
    /// Bot token (Telegram) or webhook URL (Slack); email has none. Web Push channels are made in the browser.
    #[serde(default)]
    pub secret: Option<String>,
    /// Alerts below it are not sent; `warning` by default.
    #[serde(default)]
    pub min_severity: Option<Severity>,
    /// The channel that takes over while this one fails; absent or 0 for none.
    #[serde(default)]
    pub fallback_id: Option<i64>,
    /// `sources` (slugs, comma-separated; empty for all), `resolved` (`true` also notifies of resolved alerts), `template`,
    /// `subject`, `timezone` (IANA name), and for Telegram `users` (comma-separated ids) and `thread` (topic number).
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
}

/// Changes to a channel; absent fields keep their value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ChannelUpdate {
    /// New display name.
    pub name: Option<String>,
    /// New recipient.
    pub recipient: Option<String>,
    /// New bot token or webhook URL; blank keeps the current one.
    pub secret: Option<String>,
    /// New minimum severity.
    pub min_severity: Option<Severity>,
    /// 0 removes the fallback.
    pub fallback_id: Option<i64>,
    /// False disables the channel.
    pub is_active: Option<bool>,
    /// End of the mute, in Unix milliseconds, within 30 days; 0 unmutes.
    pub muted_until: Option<i64>,
    /// Replaces all settings.
    pub settings: Option<BTreeMap<String, String>>,
}

/// The result of a test message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct ChannelTest {
    /// Whether the provider accepted the message.
    pub ok: bool,
    /// The provider's response, or why there is none.
    pub answer: String,
}

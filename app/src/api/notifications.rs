//! Server functions for notifications and channels.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::types::{ChannelKind, NotificationList, NotificationQuery, Severity, Tested};

/// A page of the notification log, with the channels.
#[server(prefix = "/rpc", endpoint = "notifications/list")]
pub async fn list_notifications(
    /// Filters and cursor.
    query: NotificationQuery,
) -> Result<NotificationList, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_notification_list(&actor, query).await)
}

/// Queues a failed or cancelled notification again.
#[server(prefix = "/rpc", endpoint = "notifications/retry")]
pub async fn retry_notification(
    /// Id of the notification.
    id: i64,
) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.retry_notification(&actor, id).await)
}

/// Queues notifications for every undelivered alert.
#[server(prefix = "/rpc", endpoint = "notifications/retry-untold")]
pub async fn retry_undelivered() -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.retry_undelivered(&actor).await.map(drop))
}

/// Form fields to create or update a channel. Their names are those of the inputs, so that forms work without JavaScript.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChannelFields {
    name: String,
    /// Empty keeps the current value; the same goes for the secret.
    recipient: String,
    secret: String,
    min_severity: Severity,
    /// 0 means no fallback.
    fallback_id: i64,
    sources: String,
    /// A checkbox: present only if checked.
    resolved: Option<String>,
    template: String,
    /// Template of the mail subject.
    subject: String,
    /// Ids of Telegram users who may press the message's buttons, comma-separated.
    users: String,
    /// IANA time zone used for times in messages.
    timezone: String,
    /// Topic id (`message_thread_id`) of a Telegram group.
    thread: String,
    /// Absent in the form of a new channel, and for a channel that the environment defines.
    active: Option<bool>,
}

/// Creates a channel and redirects to the channels.
#[server(prefix = "/rpc", endpoint = "channels/add")]
pub async fn add_channel(
    /// The transport; it cannot be changed later.
    kind: ChannelKind,
    /// All other fields of the form.
    fields: ChannelFields,
) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    let new = crate::types::NewChannel {
        kind,
        settings: fields.settings(),
        name: fields.name,
        recipient: fields.recipient,
        secret: given(fields.secret),
        min_severity: Some(fields.min_severity),
        fallback_id: Some(fields.fallback_id),
    };
    super::with_status(backend.create_channel(&actor, new).await)?;
    leptos_axum::redirect("/notifications/channels");
    Ok(())
}

/// Updates a channel and redirects to the channels.
#[server(prefix = "/rpc", endpoint = "channels/save")]
pub async fn save_channel(
    /// Id of the channel.
    id: i64,
    /// All fields of the form.
    fields: ChannelFields,
) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    let update = crate::types::ChannelUpdate {
        settings: Some(fields.settings()),
        name: Some(fields.name),
        recipient: given(fields.recipient),
        secret: given(fields.secret),
        min_severity: Some(fields.min_severity),
        fallback_id: Some(fields.fallback_id),
        is_active: fields.active,
        ..Default::default()
    };
    super::with_status(backend.update_channel(&actor, id, update).await)?;
    leptos_axum::redirect("/notifications/channels");
    Ok(())
}

#[cfg(feature = "ssr")]
impl ChannelFields {
    fn settings(&self) -> std::collections::BTreeMap<String, String> {
        let resolved = self.resolved.is_some().to_string();
        let words = [
            ("sources", &self.sources),
            ("resolved", &resolved),
            ("template", &self.template),
            ("subject", &self.subject),
            ("users", &self.users),
            ("timezone", &self.timezone),
            ("thread", &self.thread),
        ];
        words.into_iter().map(|(key, word)| (key.to_owned(), word.clone())).collect()
    }
}

#[cfg(feature = "ssr")]
fn given(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// Mutes or unmutes a channel.
#[server(prefix = "/rpc", endpoint = "channels/mute")]
pub async fn mute_channel(
    /// Id of the channel.
    id: i64,
    /// Duration of the mute, at most 720; 0 unmutes.
    hours: i64,
) -> Result<(), Error> {
    super::with_status(mute(id, hours).await)
}

/// Deletes a channel.
#[server(prefix = "/rpc", endpoint = "channels/delete")]
pub async fn delete_channel(
    /// Id of the channel.
    id: i64,
) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.delete_channel(&actor, id).await)
}

/// Sends a test message and returns the provider's response.
#[server(prefix = "/rpc", endpoint = "channels/test")]
pub async fn test_channel(
    /// Id of the channel.
    id: i64,
) -> Result<Tested, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.test_channel(&actor, id).await.map(|test| Tested { id, test }))
}

#[cfg(feature = "ssr")]
async fn mute(id: i64, hours: i64) -> Result<(), Error> {
    use crate::types::{ChannelUpdate, time};
    let (actor, backend) = super::asker()?;
    let now = backend.get_shell(&actor).await?.now;
    let muted_until = Some(if hours > 0 { now + hours.min(24 * 30) * time::HOUR } else { 0 });
    backend.update_channel(&actor, id, ChannelUpdate { muted_until, ..ChannelUpdate::default() }).await.map(drop)
}

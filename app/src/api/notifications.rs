//! Server functions for notifications and channels.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;
#[cfg(feature = "ssr")]
use crate::types::ChannelTest;
use crate::types::{ChannelKind, MessagePreview, NotificationList, NotificationQuery, Severity, Tested};

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

/// Form fields to create or update a channel. Their names are those of the inputs, so that forms work without JavaScript. A form
/// has only the fields of its kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChannelFields {
    name: String,
    /// Empty keeps the current value; the same goes for the secret.
    #[serde(default)]
    recipient: String,
    #[serde(default)]
    secret: String,
    min_severity: Severity,
    /// 0 means no fallback.
    fallback_id: i64,
    /// Slugs; empty for all sources.
    #[serde(default)]
    sources: Vec<String>,
    /// A checkbox: present only if checked.
    resolved: Option<String>,
    #[serde(default)]
    template: String,
    /// Template of the mail subject.
    #[serde(default)]
    subject: String,
    /// Ids of Telegram users who may press the message's buttons, comma-separated.
    #[serde(default)]
    users: String,
    /// IANA time zone used for times in messages.
    #[serde(default)]
    timezone: String,
    /// Topic id (`message_thread_id`) of a Telegram group.
    #[serde(default)]
    thread: String,
    /// Absent in the form of a new channel, and for a channel that the environment defines.
    active: Option<bool>,
}

/// Creates a channel and redirects to the channels. Returns the result of a test, if one is asked for.
#[server(prefix = "/rpc", endpoint = "channels/add")]
pub async fn add_channel(
    /// The transport; it cannot be changed later.
    kind: ChannelKind,
    /// All other fields of the form.
    fields: ChannelFields,
    /// Whether to send a test message.
    #[server(default)]
    test: bool,
) -> Result<Option<Tested>, Error> {
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
    let channel = super::with_status(backend.create_channel(&actor, new).await)?;
    tested(channel.id, test).await
}

/// Updates a channel and redirects to the channels. Returns the result of a test, if one is asked for.
#[server(prefix = "/rpc", endpoint = "channels/save")]
pub async fn save_channel(
    /// Id of the channel.
    id: i64,
    /// All fields of the form.
    fields: ChannelFields,
    /// Whether to send a test message.
    #[server(default)]
    test: bool,
) -> Result<Option<Tested>, Error> {
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
    tested(id, test).await
}

/// Tests a saved channel and redirects to the channels.
#[cfg(feature = "ssr")]
async fn tested(id: i64, test: bool) -> Result<Option<Tested>, Error> {
    let (actor, backend) = super::asker()?;
    leptos_axum::redirect("/notifications/channels");
    if !test {
        return Ok(None);
    }
    // It is saved, whatever becomes of the test.
    let test = backend.test_channel(&actor, id).await;
    Ok(Some(Tested { id, test: test.unwrap_or_else(|error| ChannelTest { ok: false, answer: error.to_string() }) }))
}

/// The message that these templates make of the newest problem.
#[server(prefix = "/rpc", endpoint = "channels/preview")]
pub async fn preview_message(
    /// The transport.
    kind: ChannelKind,
    /// Template of the body; the default if empty.
    template: String,
    /// Template of the mail subject; the default if empty.
    subject: String,
) -> Result<MessagePreview, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.preview_message(&actor, kind, template, subject).await)
}

#[cfg(feature = "ssr")]
impl ChannelFields {
    fn settings(&self) -> std::collections::BTreeMap<String, String> {
        let (resolved, sources) = (self.resolved.is_some().to_string(), self.sources.join(","));
        let words = [
            ("sources", &sources),
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

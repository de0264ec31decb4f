//! Notifications and channels.

// The fields of a form are the arguments of its server function, which a browser without scripts fills in by name.
#![allow(clippy::too_many_arguments)]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::wire::Wire;
use crate::Error;
use crate::types::{Channel, ChannelKind, ChannelTest, Notification, NotificationQuery, Page, Severity};

/// A channel with what it may still send in this minute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChannelRow {
    pub channel: Channel,
    pub left: Option<i64>,
}

/// What came of a test, and of which channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tested {
    pub id: i64,
    pub test: ChannelTest,
}

/// The page of notifications.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotificationList {
    pub now: i64,
    pub page: Page<Notification>,
    pub channels: Vec<ChannelRow>,
    /// Open alerts that nobody was told about.
    pub untold: i64,
}

#[server(prefix = "/rpc", endpoint = "notifications/list", output = Wire)]
pub async fn list_notifications(query: NotificationQuery) -> Result<NotificationList, Error> {
    let (actor, backend) = super::asker()?;
    super::told(backend.get_notification_list(&actor, query).await)
}

#[server(prefix = "/rpc", endpoint = "notifications/retry", output = Wire)]
pub async fn retry_notification(id: i64) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::told(backend.retry_notification(&actor, id).await)
}

/// A form's fields.
#[server(prefix = "/rpc", endpoint = "channels/add", output = Wire)]
pub async fn add_channel(
    kind: ChannelKind,
    name: String,
    recipient: String,
    secret: String,
    min_severity: Severity,
    fallback_id: i64,
    sources: String,
    resolved: Option<String>,
    template: String,
) -> Result<(), Error> {
    use crate::types::NewChannel;
    let (actor, backend) = super::asker()?;
    let new = NewChannel {
        name,
        kind,
        recipient,
        secret: given(secret),
        min_severity: Some(min_severity),
        fallback_id: Some(fallback_id),
        settings: settings(sources, resolved, template),
    };
    super::told(backend.create_channel(&actor, new).await)?;
    leptos_axum::redirect("/notifications/channels");
    Ok(())
}

/// A form's fields: an empty recipient or secret stays as it is.
#[server(prefix = "/rpc", endpoint = "channels/save", output = Wire)]
pub async fn save_channel(
    id: i64,
    name: String,
    recipient: String,
    secret: String,
    min_severity: Severity,
    fallback_id: i64,
    sources: String,
    resolved: Option<String>,
    active: Option<String>,
    template: String,
) -> Result<(), Error> {
    use crate::types::ChannelUpdate;
    let (actor, backend) = super::asker()?;
    let update = ChannelUpdate {
        name: Some(name),
        recipient: given(recipient),
        secret: given(secret),
        min_severity: Some(min_severity),
        fallback_id: Some(fallback_id),
        settings: Some(settings(sources, resolved, template)),
        // One of the environment is in use for as long as the environment names it.
        is_active: (!is_ours(&*backend, &actor, id).await?).then_some(active.is_some()),
        ..ChannelUpdate::default()
    };
    super::told(backend.update_channel(&actor, id, update).await)?;
    leptos_axum::redirect("/notifications/channels");
    Ok(())
}

#[cfg(feature = "ssr")]
fn given(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(feature = "ssr")]
fn settings(sources: String, resolved: Option<String>, template: String) -> std::collections::BTreeMap<String, String> {
    let words = [("sources", sources), ("resolved", resolved.is_some().to_string()), ("template", template)];
    words.into_iter().map(|(key, word)| (key.to_owned(), word)).collect()
}

#[cfg(feature = "ssr")]
async fn is_ours(backend: &dyn crate::backend::Backend, actor: &crate::types::Actor, id: i64) -> Result<bool, Error> {
    let channels = backend.list_channels(actor).await?;
    Ok(channels.iter().any(|channel| channel.id == id && channel.is_from_environment()))
}

/// Keeps a channel silent for some hours; 0 ends it.
#[server(prefix = "/rpc", endpoint = "channels/mute", output = Wire)]
pub async fn mute_channel(id: i64, hours: i64) -> Result<(), Error> {
    super::told(mute(id, hours).await)
}

#[server(prefix = "/rpc", endpoint = "channels/delete", output = Wire)]
pub async fn delete_channel(id: i64) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::told(backend.delete_channel(&actor, id).await)
}

#[server(prefix = "/rpc", endpoint = "channels/test", output = Wire)]
pub async fn test_channel(id: i64) -> Result<Tested, Error> {
    let (actor, backend) = super::asker()?;
    super::told(backend.test_channel(&actor, id).await.map(|test| Tested { id, test }))
}

#[cfg(feature = "ssr")]
async fn mute(id: i64, hours: i64) -> Result<(), Error> {
    use crate::types::{ChannelUpdate, time};
    let (actor, backend) = super::asker()?;
    let now = backend.get_shell(&actor).await?.now;
    let muted_until = Some(if hours > 0 { now + hours.min(24 * 30) * time::HOUR } else { 0 });
    backend.update_channel(&actor, id, ChannelUpdate { muted_until, ..ChannelUpdate::default() }).await.map(drop)
}

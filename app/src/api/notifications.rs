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

/// A form's fields: an id of 0 adds a channel, an empty secret stays as it is.
#[server(prefix = "/rpc", endpoint = "channels/save", output = Wire)]
pub async fn save_channel(
    id: i64,
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
    use crate::types::{ChannelUpdate, NewChannel};
    let (actor, backend) = super::asker()?;
    let resolved = resolved.is_some().to_string();
    let settings = [("sources", sources), ("resolved", resolved), ("template", template)];
    let settings = settings.into_iter().map(|(key, word)| (key.to_owned(), word)).collect();
    let secret = Some(secret).filter(|secret| !secret.is_empty());
    let saved = if id == 0 {
        let new = NewChannel {
            name,
            kind,
            recipient,
            secret,
            min_severity: Some(min_severity),
            fallback_id: Some(fallback_id),
            settings,
        };
        backend.create_channel(&actor, new).await
    } else {
        let update = ChannelUpdate {
            name: Some(name),
            recipient: Some(recipient).filter(|recipient| !recipient.is_empty()),
            secret,
            min_severity: Some(min_severity),
            fallback_id: Some(fallback_id),
            settings: Some(settings),
            ..ChannelUpdate::default()
        };
        backend.update_channel(&actor, id, update).await
    };
    super::told(saved.map(drop))?;
    leptos_axum::redirect("/notifications/channels");
    Ok(())
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
pub async fn test_channel(id: i64) -> Result<ChannelTest, Error> {
    let (actor, backend) = super::asker()?;
    super::told(backend.test_channel(&actor, id).await)
}

#[cfg(feature = "ssr")]
async fn mute(id: i64, hours: i64) -> Result<(), Error> {
    use crate::types::{ChannelUpdate, time};
    let (actor, backend) = super::asker()?;
    let now = backend.get_shell(&actor).await?.now;
    let muted_until = Some(if hours > 0 { now + hours.min(24 * 30) * time::HOUR } else { 0 });
    backend.update_channel(&actor, id, ChannelUpdate { muted_until, ..ChannelUpdate::default() }).await.map(drop)
}

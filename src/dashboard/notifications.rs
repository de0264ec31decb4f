//! The log of notifications.

use app::Error;
use app::api::notifications::{ChannelRow, NotificationList};
use app::backend::{Channels, Notifications};
use app::types::{Actor, Cursor, Notification, NotificationQuery, Page, Role};
use async_trait::async_trait;
use serde_json::Value;

use super::{Dashboard, cursor, page_size, told};
use crate::db::Writer;
use crate::error::Result;
use crate::notify::{PER_MINUTE, limits};

#[async_trait]
impl Notifications for Dashboard {
    async fn list_notifications(&self, actor: &Actor, query: NotificationQuery) -> app::Result<Page<Notification>> {
        actor.require(Role::Viewer)?;
        told(self.notification_page(&query).await)
    }

    async fn get_notification_list(&self, actor: &Actor, query: NotificationQuery) -> app::Result<NotificationList> {
        let page = self.list_notifications(actor, query).await?;
        let mut channels = Vec::new();
        for channel in self.list_channels(actor).await? {
            channels.push(ChannelRow { left: told(self.left(channel.id).await)?, channel });
        }
        let untold = told(self.numbers().await)?.stats.untold;
        Ok(NotificationList { now: self.ops.now(), page, channels, untold })
    }

    async fn retry_notification(&self, actor: &Actor, id: i64) -> app::Result<()> {
        actor.require(Role::Operator)?;
        told(self.retry_one_notification(actor, id).await)
    }
}

impl Dashboard {
    async fn notification_page(&self, query: &NotificationQuery) -> Result<Page<Notification>> {
        let (limit, cursor) = (page_size(query.limit)?, cursor(query.cursor.as_deref())?);
        let notifications = self.ops.db.list_notifications(query, cursor, limit).await?;
        Ok(Page::cut(notifications, limit, |n| Cursor { created_at: n.created_at, id: n.id }))
    }

    /// Messages a channel may still send in this minute; None where it has no such limit.
    async fn left(&self, id: i64) -> Result<Option<i64>> {
        let Some(channel) = self.ops.channels.find(id).await? else { return Ok(None) };
        let limits = limits(&channel, 0);
        let Some(minute) = limits.iter().find(|limit| limit.most == PER_MINUTE) else { return Ok(None) };
        let used = self.ops.limiter.used(minute, self.ops.now()).await;
        Ok(Some(i64::from(PER_MINUTE.saturating_sub(used))))
    }

    async fn retry_one_notification(&self, actor: &Actor, id: i64) -> Result<()> {
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        if !tx.retry_notification(id, self.ops.now()).await? {
            return Err(Error::not_found("failed notification").into());
        }
        self.audit(&mut tx, actor, "notification.retry", &id.to_string(), Value::Null).await?;
        tx.commit().await?;
        self.ops.queue.push(crate::queue::Lane::Notifications, &[id]);
        Ok(())
    }
}

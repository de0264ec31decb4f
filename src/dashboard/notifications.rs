//! The notification log.

use app::Error;
use app::backend::{Channels, Notifications};
use app::types::{
    Actor, ChannelRow, Cursor, Notification, NotificationKind, NotificationList, NotificationQuery, Page, Role,
};
use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Dashboard, cursor, page_size, public_error};
use crate::db::Writer;
use crate::error::Result;
use crate::notify::{PER_MINUTE, limits};
use crate::outbox;

/// Alerts queued again per transaction.
const UNTOLD_AT_ONCE: i64 = 500;

#[async_trait]
impl Notifications for Dashboard {
    async fn list_notifications(&self, actor: &Actor, query: NotificationQuery) -> app::Result<Page<Notification>> {
        actor.require(Role::Viewer)?;
        public_error(self.notification_page(&query).await)
    }

    async fn get_notification_list(&self, actor: &Actor, query: NotificationQuery) -> app::Result<NotificationList> {
        let page = self.list_notifications(actor, query).await?;
        let mut channels = Vec::new();
        for channel in self.list_channels(actor).await? {
            channels.push(ChannelRow { left: public_error(self.left(channel.id).await)?, channel });
        }
        let stats = public_error(self.numbers().await)?.stats.clone();
        let (untold, untold_reasons) = (stats.untold, stats.untold_reasons);
        let sources = public_error(self.source_names().await)?;
        Ok(NotificationList { now: self.ops.now(), page, channels, sources, untold, untold_reasons })
    }

    async fn retry_notification(&self, actor: &Actor, id: i64) -> app::Result<()> {
        actor.require(Role::Operator)?;
        public_error(self.retry_one_notification(actor, id).await)
    }

    async fn retry_undelivered(&self, actor: &Actor) -> app::Result<i64> {
        actor.require(Role::Operator)?;
        public_error(self.requeue_undelivered(actor).await)
    }
}

impl Dashboard {
    async fn notification_page(&self, query: &NotificationQuery) -> Result<Page<Notification>> {
        let (limit, cursor) = (page_size(query.limit)?, cursor(query.cursor.as_deref())?);
        let notifications = self.ops.db.list_notifications(query, cursor, limit).await?;
        Ok(Page::cut(notifications, limit, |n| Cursor { at: n.created_at, id: n.id }))
    }

    /// Messages the channel may still send in the current minute; `None` if it has no such limit.
    async fn left(&self, id: i64) -> Result<Option<i64>> {
        let Some(channel) = self.ops.channels.find(id).await? else { return Ok(None) };
        let limits = limits(&channel, 0);
        let Some(minute) = limits.iter().find(|limit| limit.most == PER_MINUTE) else { return Ok(None) };
        let used = self.ops.limiter.used(minute).await;
        Ok(Some(i64::from(PER_MINUTE.saturating_sub(used))))
    }

    /// Works in batches, to keep transactions short.
    async fn requeue_undelivered(&self, actor: &Actor) -> Result<i64> {
        let (mut after, mut count) = (0, 0);
        self.ops.channels.read().await?;
        loop {
            let alerts = self.ops.db.list_undelivered(after, UNTOLD_AT_ONCE).await?;
            let Some(last) = alerts.last() else { break };
            (after, count) = (*last, count + alerts.len() as i64);
            self.tell_again(&alerts).await?;
        }
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        self.audit(&mut tx, actor, "notification.retry_untold", "alerts", json!({ "count": count })).await?;
        tx.commit().await?;
        self.ops.numbers.changed();
        Ok(count)
    }

    /// Queues failed notifications again; for alerts without any, creates notifications for the current channels.
    async fn tell_again(&self, alerts: &[i64]) -> Result<()> {
        let now = self.ops.now();
        self.ops.channels.list().await?;
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        let failed = tx.list_given_up(alerts).await?;
        tx.retry_notifications(&failed, now).await?;
        let alerts = tx.list_for_notification(alerts).await?.into_iter();
        let requests: Vec<_> = alerts.map(|alert| alert.request(NotificationKind::Opened)).collect();
        outbox::write(&mut tx, &self.ops.channels.cached(), &requests, now).await?;
        tx.commit().await?;
        self.ops.signals.send.notify_one();
        Ok(())
    }

    async fn retry_one_notification(&self, actor: &Actor, id: i64) -> Result<()> {
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        if tx.retry_notifications(&[id], self.ops.now()).await? == 0 {
            return Err(Error::not_found("failed notification").into());
        }
        self.audit(&mut tx, actor, "notification.retry", &id.to_string(), Value::Null).await?;
        tx.commit().await?;
        self.ops.signals.wake_sender(&[id]);
        Ok(())
    }
}

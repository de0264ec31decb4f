//! What a change of alerts means for their notifications.

use std::collections::BTreeMap;

use app::types::{AlertChange, NotificationKind};

use crate::db::{AlertUpdate, Before, Result, Tx};
use crate::delivery;
use crate::ops::Ops;
use crate::outbox;

/// Applies a change to pending notifications, so that none claimed later contradicts it. Returns the notifications that are
/// due.
pub async fn after_change(ops: &Ops, tx: &mut Tx, update: &AlertUpdate, ids: &[i64], now: i64) -> Result<Vec<i64>> {
    match update.change {
        AlertChange::Acknowledge => tx.cancel_alerts(ids, true, delivery::ACKNOWLEDGED, now).await?,
        AlertChange::Mute | AlertChange::Unmute => set_mute(tx, ids, update.until, now).await?,
        AlertChange::Resolve => {
            tx.cancel_alerts(ids, false, delivery::RESOLVED_WHILE_HELD, now).await?;
            return request(ops, tx, ids, NotificationKind::Resolved, now).await;
        }
        AlertChange::Reopen => return request(ops, tx, ids, NotificationKind::Opened, now).await,
        AlertChange::Read | AlertChange::Unread | AlertChange::Assign => {}
    }
    Ok(Vec::new())
}

/// Queues a notification for each channel whose last message no longer matches the alert's state; returns those that are due.
pub async fn request(ops: &Ops, tx: &mut Tx, ids: &[i64], kind: NotificationKind, now: i64) -> Result<Vec<i64>> {
    let requests: Vec<_> = tx.list_for_notification(ids).await?.into_iter().map(|alert| alert.request(kind)).collect();
    outbox::write(tx, &ops.channels.cached(), &requests, now).await
}

/// Mutes the keys of these alerts until a time, or ends their mutes: pending notifications are held until then, and so are those
/// that an earlier mute holds.
async fn set_mute(tx: &mut Tx, ids: &[i64], until: Option<i64>, now: i64) -> Result<()> {
    tx.mute_keys(ids, until, now).await?;
    if let Some(until) = until.filter(|until| *until > now) {
        tx.hold_alerts(ids, until, delivery::ALERT_MUTED, now).await?;
    }
    tx.end_alert_hold(ids, delivery::ALERT_MUTED, until.unwrap_or(now)).await
}

/// Restores the previous mutes.
pub async fn restore_mutes(tx: &mut Tx, restored: &[Before], now: i64) -> Result<()> {
    let mut by_end: BTreeMap<Option<i64>, Vec<i64>> = BTreeMap::new();
    for alert in restored {
        by_end.entry(alert.muted_until).or_default().push(alert.id);
    }
    for (until, ids) in by_end {
        set_mute(tx, &ids, until, now).await?;
    }
    Ok(())
}

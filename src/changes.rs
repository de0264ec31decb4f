//! Changes that users make to alerts, from any interface. Each is one transaction with its timeline and audit log entries.

use std::collections::BTreeMap;

use app::types::{ActivityKind, AlertChange, AlertState, Before, NotificationKind};
use serde_json::{Map, Value, json};

use crate::db::{AuditEntry, MUTED, NewActivity, Result, Tx, Writer, is_deadlock};
use crate::delivery;
use crate::ops::Ops;
use crate::outbox;

/// Changes those alerts that are not yet in the target state, and announces it to all nodes; returns their previous states.
pub async fn change_alerts(ops: &Ops, actor: &str, change: AlertChange, ids: &[i64]) -> Result<Vec<Before>> {
    let (before, steps) = again_on_deadlock(|| change_once(ops, actor, change, ids)).await?;
    ops.announce(&steps).await;
    Ok(before)
}

/// Undoes a change on alerts that were not changed since; returns how many.
pub async fn undo_change(ops: &Ops, actor: &str, change: AlertChange, before: &[Before]) -> Result<usize> {
    let steps = again_on_deadlock(|| undo_once(ops, actor, change, before)).await?;
    ops.announce(&steps).await;
    Ok(steps.len())
}

/// Retries once on a PostgreSQL deadlock between bulk changes or with a worker. The first attempt was rolled back completely.
async fn again_on_deadlock<T, F: Future<Output = Result<T>>>(work: impl Fn() -> F) -> Result<T> {
    match work().await {
        Err(error) if is_deadlock(&error) => work().await,
        done => done,
    }
}

async fn change_once(ops: &Ops, actor: &str, change: AlertChange, ids: &[i64]) -> Result<(Vec<Before>, Vec<i64>)> {
    // Loaded before the transaction, so that the transaction waits for nothing but the database.
    ops.channels.list().await?;
    let now = ops.now();
    let mut tx = ops.db.begin(Writer::Person).await?;
    let before = tx.change_alerts(change, ids, now).await?;
    let changed: Vec<i64> = before.iter().map(|alert| alert.id).collect();
    let due = deliver(ops, &mut tx, change, &changed, now).await?;
    let steps = changed.iter().map(|id| changed_step(*id, change, actor, now)).collect();
    let steps = write_down(&mut tx, actor, &format!("alert.{change}"), &changed, steps, now).await?;
    tx.commit().await?;
    ops.signals.wake_sender(&due);
    Ok((before, steps))
}

/// Applies a change to pending notifications, so that none claimed later contradicts it. Returns the notifications that are
/// due.
async fn deliver(ops: &Ops, tx: &mut Tx, change: AlertChange, ids: &[i64], now: i64) -> Result<Vec<i64>> {
    match change {
        AlertChange::Acknowledge => tx.cancel_alerts(ids, true, delivery::ACKNOWLEDGED, now).await?,
        AlertChange::Mute => {
            tx.mute_keys(ids, Some(now + MUTED), now).await?;
            tx.hold_alerts(ids, now + MUTED, delivery::ALERT_MUTED, now).await?;
        }
        AlertChange::Unmute => {
            tx.mute_keys(ids, None, now).await?;
            tx.end_alert_hold(ids, delivery::ALERT_MUTED, now).await?;
        }
        AlertChange::Resolve => {
            tx.cancel_alerts(ids, false, delivery::RESOLVED_WHILE_HELD, now).await?;
            return tell(ops, tx, ids, NotificationKind::Resolved, now).await;
        }
        AlertChange::Reopen => return tell(ops, tx, ids, NotificationKind::Opened, now).await,
        AlertChange::Read | AlertChange::Unread => {}
    }
    Ok(Vec::new())
}

/// Queues notifications where the alert's state differs from what was last sent; returns those that are due.
async fn tell(ops: &Ops, tx: &mut Tx, ids: &[i64], kind: NotificationKind, now: i64) -> Result<Vec<i64>> {
    let requests: Vec<_> = tx.list_for_notification(ids).await?.into_iter().map(|alert| alert.request(kind)).collect();
    outbox::write(tx, &ops.channels.cached(), &requests, now).await
}

/// Restores the previous mutes on the deduplication keys, at most as long as a new mute lasts.
async fn restore_mutes(tx: &mut Tx, before: &[Before], restored: &[i64], now: i64) -> Result<()> {
    let mut by_end: BTreeMap<Option<i64>, Vec<i64>> = BTreeMap::new();
    for alert in before.iter().filter(|alert| restored.contains(&alert.id)) {
        by_end.entry(alert.muted_until.map(|until| until.min(now + MUTED))).or_default().push(alert.id);
    }
    for (until, ids) in by_end {
        tx.mute_keys(&ids, until, now).await?;
        tx.end_alert_hold(&ids, delivery::ALERT_MUTED, until.unwrap_or(now)).await?;
    }
    Ok(())
}

async fn undo_once(ops: &Ops, actor: &str, change: AlertChange, before: &[Before]) -> Result<Vec<i64>> {
    ops.channels.list().await?;
    let now = ops.now();
    let mut tx = ops.db.begin(Writer::Person).await?;
    let restored = tx.restore_alerts(change, before, now).await?;
    let due = match change {
        AlertChange::Mute | AlertChange::Unmute => {
            restore_mutes(&mut tx, before, &restored, now).await?;
            Vec::new()
        }
        // The change cancelled pending notifications, which are due again.
        AlertChange::Acknowledge | AlertChange::Resolve => {
            let open: Vec<i64> =
                before.iter().filter(|alert| alert.state == AlertState::Open).map(|alert| alert.id).collect();
            let open: Vec<i64> = open.into_iter().filter(|id| restored.contains(id)).collect();
            tell(ops, &mut tx, &open, NotificationKind::Opened, now).await?
        }
        AlertChange::Reopen | AlertChange::Read | AlertChange::Unread => Vec::new(),
    };
    let of = |id: &i64| before.iter().find(|alert| alert.id == *id).map(|alert| undone_step(alert, change, actor, now));
    let steps = restored.iter().filter_map(of).collect();
    let steps = write_down(&mut tx, actor, &format!("alert.undo_{change}"), &restored, steps, now).await?;
    tx.commit().await?;
    ops.signals.wake_sender(&due);
    Ok(steps)
}

/// Writes the audit log entry and the timeline steps, whose ids it returns. Writes nothing if nothing changed.
async fn write_down(
    tx: &mut Tx,
    actor: &str,
    action: &str,
    ids: &[i64],
    steps: Vec<NewActivity>,
    now: i64,
) -> Result<Vec<i64>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let detail = json!({ "count": ids.len(), "ids": &ids[..ids.len().min(100)] });
    tx.insert_audit(&AuditEntry { actor, action, subject: "alerts", detail, now }).await?;
    tx.insert_activity(&steps).await
}

/// The timeline entry of a change. Muting records its end time, which is null for unmuting.
fn changed_step(id: i64, change: AlertChange, actor: &str, now: i64) -> NewActivity {
    let mut step = step(id, change.activity(), actor, now);
    let until = match change {
        AlertChange::Mute => json!(now + MUTED),
        AlertChange::Unmute => Value::Null,
        _ => return step,
    };
    step.detail.insert("until".to_owned(), until);
    step
}

/// The timeline entry of an undo: the state that the alert has again.
fn undone_step(before: &Before, change: AlertChange, actor: &str, now: i64) -> NewActivity {
    let kind = match change {
        AlertChange::Read => ActivityKind::Unread,
        AlertChange::Unread => ActivityKind::Read,
        AlertChange::Mute | AlertChange::Unmute => ActivityKind::Muted,
        AlertChange::Acknowledge | AlertChange::Resolve | AlertChange::Reopen => match before.state {
            AlertState::Open => ActivityKind::Reopened,
            AlertState::Acknowledged => ActivityKind::Acknowledged,
            AlertState::Resolved => ActivityKind::Resolved,
        },
    };
    let mut step = step(before.id, kind, actor, now);
    if kind == ActivityKind::Muted {
        step.detail.insert("until".to_owned(), before.muted_until.map_or(Value::Null, Into::into));
    }
    step
}

/// A timeline entry made by a user.
pub fn step(alert_id: i64, kind: ActivityKind, actor: &str, now: i64) -> NewActivity {
    NewActivity { alert_id, webhook_event_id: None, kind, actor: actor.to_owned(), detail: Map::new(), created_at: now }
}

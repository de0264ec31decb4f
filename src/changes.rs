//! What people do to alerts, wherever they do it: one transaction with its timeline and its entry in the audit log.

use std::collections::BTreeMap;

use app::types::{ActivityKind, AlertChange, AlertState, Before, NotificationKind};
use serde_json::{Map, Value, json};

use crate::db::{AuditEntry, MUTED, NewActivity, Result, Tx, Writer, is_deadlock};
use crate::delivery;
use crate::ops::Ops;

/// Changes those of these alerts that are not so already, and tells everyone; returns how those were.
pub async fn change_alerts(ops: &Ops, actor: &str, change: AlertChange, ids: &[i64]) -> Result<Vec<Before>> {
    let (before, steps) = again_on_deadlock(|| change_once(ops, actor, change, ids)).await?;
    ops.announce(&steps).await;
    Ok(before)
}

/// Takes a change back where nobody changed the alert since; returns how many.
pub async fn undo_change(ops: &Ops, actor: &str, change: AlertChange, before: &[Before]) -> Result<usize> {
    let steps = again_on_deadlock(|| undo_once(ops, actor, change, before)).await?;
    ops.announce(&steps).await;
    Ok(steps.len())
}

/// Two bulk changes, or one and a worker, may wait for each other on PostgreSQL: nothing of the first try remains.
async fn again_on_deadlock<T, F: Future<Output = Result<T>>>(work: impl Fn() -> F) -> Result<T> {
    match work().await {
        Err(error) if is_deadlock(&error) => work().await,
        done => done,
    }
}

async fn change_once(ops: &Ops, actor: &str, change: AlertChange, ids: &[i64]) -> Result<(Vec<Before>, Vec<i64>)> {
    // Read before the transaction: in one only the database is waited for.
    ops.channels.list().await?;
    let now = ops.now();
    let mut tx = ops.db.begin(Writer::Person).await?;
    let before = tx.change_alerts(change, ids, now).await?;
    let changed: Vec<i64> = before.iter().map(|alert| alert.id).collect();
    let due = deliver(ops, &mut tx, change, &changed, now).await?;
    let steps = changed.iter().map(|id| changed_step(*id, change, actor, now)).collect();
    let steps = write_down(&mut tx, actor, &format!("alert.{change}"), &changed, steps, now).await?;
    tx.commit().await?;
    ops.wake_sender(&due);
    Ok((before, steps))
}

/// What a change means for what is still to be said: nothing that is claimed after it speaks against it. Returns what is due.
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

/// Has people told of what differs now from what they were told; returns what is due.
async fn tell(ops: &Ops, tx: &mut Tx, ids: &[i64], kind: NotificationKind, now: i64) -> Result<Vec<i64>> {
    let requests: Vec<_> = tx.list_to_tell(ids).await?.into_iter().map(|alert| alert.request(kind)).collect();
    ops.channels.write_due(tx, &requests, now).await
}

/// A mute belongs to the key.
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
        // What was cancelled is to be said after all.
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
    ops.wake_sender(&due);
    Ok(steps)
}

/// Nothing where nothing changed.
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

/// What the timeline says of a change: muting also until when, which is null once it is over.
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

/// What the timeline says of an undo: what the alert is again.
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

/// A step that somebody made.
pub fn step(alert_id: i64, kind: ActivityKind, actor: &str, now: i64) -> NewActivity {
    NewActivity { alert_id, webhook_event_id: None, kind, actor: actor.to_owned(), detail: Map::new(), created_at: now }
}

//! Undo: restores alerts that were not changed since.

use app::types::{AlertChange, AlertState, NotificationKind};

use super::operation::Progress;
use super::{Operation, again_on_deadlock, notify, steps};
use crate::db::{AlertUpdate, Before, Result, Tx, UndoBatch, Writer};
use crate::ops::Ops;

/// Undoes an operation, batch by batch. Returns `None` if nothing is kept of it: it was undone, began more than ten minutes
/// ago, or belongs to someone else.
pub async fn undo(ops: &Ops, actor: &str, id: &str) -> Result<Option<Operation>> {
    let asked_at = ops.now();
    let mut undone = None;
    while let Some((update, progress, steps)) =
        again_on_deadlock(|| undo_batch(ops, actor, (id, asked_at), undone.as_ref())).await?
    {
        ops.announce(&steps).await;
        undone.get_or_insert_with(|| Operation::reverting(actor, update)).progress = progress;
    }
    Ok(undone)
}

/// Takes the next batch and restores its alerts; `None` if there is no more. `undone` is the undo so far.
async fn undo_batch(
    ops: &Ops,
    actor: &str,
    (id, asked_at): (&str, i64),
    undone: Option<&Operation>,
) -> Result<Option<(AlertUpdate, Progress, Vec<i64>)>> {
    ops.channels.list().await?;
    let now = ops.now();
    let mut tx = ops.db.begin(Writer::Person).await?;
    let Some(UndoBatch { update, before }) = tx.take_undo(id, actor, asked_at).await? else {
        // A transaction that is dropped closes its connection.
        tx.commit().await?;
        return Ok(None);
    };
    let ids = tx.restore_alerts(&update, &before, now).await?;
    let restored: Vec<Before> = before.into_iter().filter(|alert| ids.binary_search(&alert.id).is_ok()).collect();
    let due = restore_notifications(ops, &mut tx, update.change, &restored, now).await?;
    let first = Operation::reverting(actor, update.clone());
    let progress = undone.unwrap_or(&first).record(&mut tx, &ids, now).await?;
    let steps: Vec<_> = restored.iter().map(|alert| steps::undone(alert, update.change, actor, now)).collect();
    let steps = tx.insert_activity(&steps).await?;
    tx.commit().await?;
    ops.signals.wake_sender(&due);
    Ok(Some((update, progress, steps)))
}

/// Returns the notifications that are due.
async fn restore_notifications(
    ops: &Ops,
    tx: &mut Tx,
    change: AlertChange,
    restored: &[Before],
    now: i64,
) -> Result<Vec<i64>> {
    match change {
        AlertChange::Mute | AlertChange::Unmute => notify::restore_mutes(tx, restored, now).await?,
        // The change cancelled pending notifications, which are due again.
        AlertChange::Acknowledge | AlertChange::Resolve => {
            let was_open = restored.iter().filter(|alert| alert.state == AlertState::Open);
            let open: Vec<i64> = was_open.map(|alert| alert.id).collect();
            return notify::request(ops, tx, &open, NotificationKind::Opened, now).await;
        }
        AlertChange::Reopen | AlertChange::Read | AlertChange::Unread | AlertChange::Assign => {}
    }
    Ok(Vec::new())
}

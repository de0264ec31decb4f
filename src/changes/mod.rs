//! Changes that people make to alerts, from any interface. Each batch is one transaction with its timeline entries, the
//! count in the audit log and the previous states for undo.

mod notify;
mod operation;
mod steps;
mod undo;

use crate::db::{Result, Writer, is_deadlock};
use crate::ops::Ops;

pub use operation::Operation;
pub use steps::step;
pub use undo::undo;

use operation::Progress;

/// Changes those alerts that are not yet in the target state, and announces it to all nodes; returns how many.
pub async fn change_alerts(ops: &Ops, operation: &mut Operation, ids: &[i64]) -> Result<usize> {
    let (progress, steps) = again_on_deadlock(|| change_once(ops, operation, ids)).await?;
    operation.progress = progress;
    ops.announce(&steps).await;
    Ok(steps.len())
}

async fn change_once(ops: &Ops, operation: &Operation, ids: &[i64]) -> Result<(Progress, Vec<i64>)> {
    // Loaded before the transaction, so that the transaction waits for nothing but the database.
    ops.channels.list().await?;
    let (update, now) = (&operation.update, ops.now());
    let mut tx = ops.db.begin(Writer::Person).await?;
    let before = tx.change_alerts(update, ids, now).await?;
    let changed: Vec<i64> = before.iter().map(|alert| alert.id).collect();
    let due = notify::after_change(ops, &mut tx, update, &changed, now).await?;
    let steps: Vec<_> = changed.iter().map(|id| steps::changed(*id, update, &operation.actor, now)).collect();
    let progress = operation.record(&mut tx, &changed, now).await?;
    operation.keep_undo(&mut tx, before).await?;
    let steps = tx.insert_activity(&steps).await?;
    tx.commit().await?;
    ops.signals.wake_sender(&due);
    Ok((progress, steps))
}

/// Retries once on a PostgreSQL deadlock between bulk changes or with a worker. The first attempt was rolled back completely.
async fn again_on_deadlock<T, F: Future<Output = Result<T>>>(work: impl Fn() -> F) -> Result<T> {
    match work().await {
        Err(error) if is_deadlock(&error) => work().await,
        done => done,
    }
}

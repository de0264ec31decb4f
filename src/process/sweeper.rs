//! The sweeper: every second it pushes hints for overdue events, and fails events whose worker died during the last
//! attempt.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::db::{MinuteStats, Writer};
use crate::ops::Ops;
use crate::queue::{BATCH, CAPACITY};

/// An event that is due for longer than this, in milliseconds, probably lost its hint.
const OVERDUE: i64 = 5_000;

/// With fewer hints than this in the queue, the workers will soon be idle.
const FEW: usize = 4 * BATCH;

const TICK: Duration = Duration::from_secs(1);

/// Sweeps once a second until `stop` is cancelled.
pub async fn sweep(ops: Arc<Ops>, stop: CancellationToken) {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = stop.cancelled() => return,
        }
        if let Err(error) = sweep_once(&ops).await {
            tracing::warn!("the sweeper cannot read the database: {error}");
        }
    }
}

/// Pushes nothing while the queue is long: most overdue events still have a hint in it, and a second one would only
/// cost the workers a useless query.
async fn sweep_once(ops: &Ops) -> crate::db::Result<()> {
    let now = ops.now();
    let overdue = ops.db.due_events(now - OVERDUE, now, CAPACITY as i64).await?;
    if overdue.is_empty() {
        return Ok(());
    }
    if ops.queue.waiting().await < FEW {
        ops.queue.push(&overdue);
    }
    let mut tx = ops.db.begin(Writer::Worker).await?;
    let failed = tx.fail_exhausted(now).await?;
    let mut stats = BTreeMap::new();
    for (event, source) in &failed {
        tracing::error!(event, "event {event} failed: the worker died during the last attempt");
        MinuteStats::at(&mut stats, now, *source).failed += 1;
    }
    tx.add_stats(&stats.into_values().collect::<Vec<_>>()).await?;
    tx.commit().await?;
    ops.metrics.events_failed.inc_by(failed.len() as u64);
    Ok(())
}

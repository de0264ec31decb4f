//! The sweeper: every second it offers what waits too long, and fails what died with its worker.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::db::{MinuteStats, Writer};
use crate::ops::Ops;
use crate::queue::{BATCH, CAPACITY};

/// A row due for longer than this, in milliseconds, has lost its hint.
const OVERDUE: i64 = 5_000;

/// With fewer hints than this in the lane the workers will soon run dry.
const FEW: usize = 4 * BATCH;

const TICK: Duration = Duration::from_secs(1);

/// Sweeps until it is told to stop.
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

/// Behind a long lane nothing is offered: most of what is overdue then has its hint there, and a second one costs the
/// workers a look for nothing.
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
    ops.metrics.events_failed.fetch_add(failed.len() as u64, Ordering::Relaxed);
    Ok(())
}

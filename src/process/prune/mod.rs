//! The pruner: removes old rows in small batches, so that it never blocks other writers for long.

mod pace;
mod source;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::db::{Batch, Old, Removed, Result, Searched, Writer};
use crate::ops::Ops;
use crate::retention;

/// Pause between rounds while there is more to remove, and when there is nothing left.
const BETWEEN: Duration = Duration::from_millis(5);
const REST: Duration = Duration::from_secs(10);

/// Time per kind and round.
const SHARE: Duration = Duration::from_millis(500);

/// On PostgreSQL one node prunes at a time; its lease expires after this time, in milliseconds.
const LEASE: (&str, i64) = ("pruner", 30_000);

/// The next batch size of each kind.
type Batches = [Batch; Old::ALL.len()];

/// Prunes in rounds until `stop` is cancelled.
pub async fn prune(ops: Arc<Ops>, stop: CancellationToken) {
    let mut batches = [Batch { rows: pace::FEWEST, parts: pace::FEWEST }; Old::ALL.len()];
    loop {
        let more = round(&ops, &mut batches, &stop).await.unwrap_or_else(|error| {
            tracing::warn!("the pruner cannot read the database: {error}");
            false
        });
        tokio::select! {
            () = tokio::time::sleep(if more { BETWEEN } else { REST }) => {}
            () = ops.signals.prune.notified() => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Removes some expired rows of every kind; returns whether there are more.
async fn round(ops: &Ops, batches: &mut Batches, stop: &CancellationToken) -> Result<bool> {
    let (now, days) = (ops.now(), retention::read(ops).await?);
    if ops.db.is_shared() && !ops.db.take_lease(LEASE.0, &ops.node, now, now - LEASE.1).await? {
        return Ok(false);
    }
    let mut more = false;
    for (what, batch) in Old::ALL.into_iter().zip(batches) {
        if stop.is_cancelled() {
            return Ok(false);
        }
        if let Some(before) = pace::before(what, &days, now) {
            more |= drain(ops, what, before, batch).await?;
        }
    }
    more |= backfill(ops, stop).await?;
    more |= shrink(ops).await?;
    ops.db.end_orphans(now).await?;
    Ok(source::remove_some(ops).await? || more)
}

/// Removes batches of one kind until a batch is not full or its share of the round is used up; returns whether there
/// are more. Takes no lock if nothing is old.
async fn drain(ops: &Ops, what: Old, before: i64, batch: &mut Batch) -> Result<bool> {
    let until = Instant::now() + SHARE;
    while ops.db.has_old(what, before).await? {
        let asked = *batch;
        let mut tx = ops.db.begin(Writer::Sweeper).await?;
        let began = Instant::now();
        let removed = tx.remove_old(what, before, asked).await?;
        tx.commit().await?;
        pace::learn(batch, removed, began.elapsed());
        tidy(ops, indexed(what, removed)).await?;
        let is_last = matches!(removed, Removed::Rows(rows) if rows < asked.rows);
        if is_last || Instant::now() > until {
            return Ok(!is_last);
        }
    }
    Ok(false)
}

/// Migrates some rows that earlier versions stored; returns whether there are more.
async fn backfill(ops: &Ops, stop: &CancellationToken) -> Result<bool> {
    let until = Instant::now() + SHARE;
    while ops.db.backfill_notices(ops.now()).await? || ops.db.backfill_bodies(ops.now()).await? {
        ops.db.checkpoint().await?;
        if Instant::now() > until || stop.is_cancelled() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns free pages to the file system; returns whether there are more.
async fn shrink(ops: &Ops) -> Result<bool> {
    let until = Instant::now() + SHARE;
    while ops.db.spare_pages().await? > 0 {
        if Instant::now() > until {
            return Ok(true);
        }
        ops.db.give_back().await?;
        ops.db.checkpoint().await?;
    }
    Ok(false)
}

/// Maintenance that SQLite would otherwise do during another writer's commit.
async fn tidy(ops: &Ops, indexed: &[Searched]) -> Result<()> {
    ops.db.merge_words(indexed).await?;
    ops.db.checkpoint().await
}

/// The search indexes from which rows were removed.
const fn indexed(what: Old, removed: Removed) -> &'static [Searched] {
    match (what, removed) {
        (Old::Alerts | Old::Notices, Removed::Rows(_)) => &[Searched::Alert],
        (Old::Events, Removed::Rows(_)) => &[Searched::Event],
        _ => &[],
    }
}

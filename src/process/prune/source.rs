//! Removes a deleted source in steps: its events and alerts, its deduplication keys, finally its own row.

use std::time::Duration;

use tokio::time::Instant;

use super::{pace, tidy};
use crate::db::{Result, Searched, Writer};
use crate::ops::Ops;

/// Time per round.
const SHARE: Duration = Duration::from_millis(500);

/// Most keys removed in one transaction.
const KEYS: usize = 512;

/// Removes some rows of the oldest deleted source; returns whether there was one.
pub async fn remove_some(ops: &Ops) -> Result<bool> {
    let Some(source) = ops.db.find_deleted_source().await? else { return Ok(false) };
    let (until, mut rows) = (Instant::now() + SHARE, pace::FEWEST);
    while Instant::now() < until {
        let mut tx = ops.db.begin(Writer::Sweeper).await?;
        let began = Instant::now();
        let removed = tx.remove_some_of(source, rows).await?;
        tx.commit().await?;
        let took = began.elapsed();
        tidy(ops, &[Searched::Alert, Searched::Event]).await?;
        if removed == 0 {
            return remove_itself(ops, source).await.map(|()| true);
        }
        rows = pace::next(rows, removed >= rows, took);
    }
    Ok(true)
}

async fn remove_itself(ops: &Ops, source: i64) -> Result<()> {
    let mut after = String::new();
    loop {
        let keys = ops.db.list_keys_of(source, &after).await?;
        let Some(last) = keys.last().cloned() else { break };
        for piece in keys.chunks(KEYS) {
            let mut tx = ops.db.begin(Writer::Sweeper).await?;
            tx.remove_keys(piece).await?;
            tx.commit().await?;
        }
        after = last;
    }
    let mut tx = ops.db.begin(Writer::Sweeper).await?;
    tx.remove_source_row(source).await?;
    tx.commit().await
}

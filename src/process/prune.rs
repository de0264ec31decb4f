//! Forgetting what is old, a little at a time, so that nobody waits for it.

use app::types::time::DAY;

use crate::db::{Of, Writer};
use crate::ops::Ops;

/// Rows removed in one transaction.
const BATCH: i64 = 500;

/// How long a refused request is kept.
const QUARANTINE: i64 = 7 * DAY;

/// How long a key is remembered after it was last seen; a delivery that is later than this is not expected any more.
const KEYS: i64 = 90 * DAY;

/// Forgets one batch of everything that has had its time.
pub async fn prune(ops: &Ops) -> crate::db::Result<()> {
    let now = ops.now();
    ops.db.prune_quarantine(now - QUARANTINE).await?;
    ops.db.prune_keys(now - KEYS).await?;
    if let Some(source) = ops.db.find_deleted_source().await? {
        remove_some(ops, source).await?;
    }
    Ok(())
}

/// Removes some of what a deleted source sent, alerts first, and at last the source itself.
async fn remove_some(ops: &Ops, source: i64) -> crate::db::Result<()> {
    let mut tx = ops.db.begin(Writer::Worker).await?;
    if tx.remove_alerts(source, BATCH).await? == 0 && tx.remove_events(Of::Source(source), BATCH).await? == 0 {
        tx.remove_source_row(source).await?;
    }
    tx.commit().await
}

//! Forgetting what is old, a little at a time, so that nobody waits for it.

use app::types::time::DAY;

use crate::db::{Of, Writer};
use crate::ops::Ops;
use crate::retention;

/// Rows removed in one transaction.
const BATCH: i64 = 500;

/// How long a key is remembered after it was last seen; a delivery that is later than this is not expected any more.
const KEYS: i64 = 90 * DAY;

/// Forgets one batch of everything that has had its time; returns whether there may be more.
pub async fn prune(ops: &Ops) -> crate::db::Result<bool> {
    let (now, days) = (ops.now(), retention::read(ops).await?);
    let before = |days: i64| if days > 0 { now - days * DAY } else { 0 };
    let mut more = ops.db.prune_quarantine(before(days.quarantine)).await? > 0;
    more |= ops.db.prune_keys(now - KEYS).await? > 0;
    let mut tx = ops.db.begin(Writer::Housekeeping).await?;
    more |= tx.remove_events(Of::Before(before(days.events)), BATCH).await? as i64 == BATCH;
    more |= tx.remove_notifications(before(days.notifications), BATCH).await? as i64 == BATCH;
    more |= tx.remove_activity(before(days.activity), BATCH).await? as i64 == BATCH;
    tx.commit().await?;
    if let Some(source) = ops.db.find_deleted_source().await? {
        remove_some(ops, source).await?;
        more = true;
    }
    Ok(more)
}

/// Removes some of what a deleted source sent, alerts first, and at last the source itself.
async fn remove_some(ops: &Ops, source: i64) -> crate::db::Result<()> {
    let mut tx = ops.db.begin(Writer::Housekeeping).await?;
    if tx.remove_alerts(source, BATCH).await? == 0 && tx.remove_events(Of::Source(source), BATCH).await? == 0 {
        tx.remove_source_row(source).await?;
    }
    tx.commit().await
}

//! Forgetting what is old, a little at a time, so that nobody waits for it.

use app::types::time::DAY;

use crate::ops::Ops;

/// How long a refused request is kept.
const QUARANTINE: i64 = 7 * DAY;

/// How long a key is remembered after it was last seen; a delivery that is later than this is not expected any more.
const KEYS: i64 = 90 * DAY;

/// Forgets one batch of everything that has had its time.
pub async fn prune(ops: &Ops) -> crate::db::Result<()> {
    let now = ops.now();
    ops.db.prune_quarantine(now - QUARANTINE).await?;
    ops.db.prune_keys(now - KEYS).await?;
    Ok(())
}

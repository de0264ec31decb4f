//! Renews the leases of events while they are processed.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::LEASE;
use crate::db::{WorkItem, Writer};
use crate::ops::Ops;

/// Shorter than the time after which the sweeper considers a first attempt lost, and much shorter than a lease.
const RENEW: Duration = Duration::from_secs(4);

/// Runs `work` and renews the leases concurrently: the work may hold the write permit that the renewal waits for.
pub async fn holding<T>(ops: &Ops, held: &[WorkItem], work: impl Future<Output = T>) -> T {
    let mut tick = interval_at(Instant::now() + RENEW, RENEW);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let renewing = async {
        loop {
            tick.tick().await;
            hold(ops, held).await;
        }
    };
    tokio::select! {
        done = work => done,
        never = renewing => never,
    }
}

async fn hold(ops: &Ops, held: &[WorkItem]) {
    let ids: Vec<i64> = held.iter().map(|event| event.id).collect();
    let held = async {
        let mut tx = ops.db.begin(Writer::Person).await?;
        tx.hold_events(&ids, ops.now() + LEASE).await?;
        tx.commit().await
    };
    if let Err(error) = held.await {
        tracing::warn!(events = ids.len(), "cannot renew the lease of events in progress: {error}");
    }
}

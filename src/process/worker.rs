//! The worker: take hints, claim the rows, run the job, commit what it means, tell everyone.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{LEASE, finish, retry, webhook};
use crate::db::{Claimed, Urgency};
use crate::ops::Ops;
use crate::queue::{BATCH, Batch, Lane, Taker};

/// How long an idle worker waits for a hint before it asks the database itself.
const WAIT: Duration = Duration::from_secs(1);

/// Works until it is told to stop; what is in hand is finished first.
pub async fn work(ops: Arc<Ops>, number: usize, stop: CancellationToken) {
    let mut taker = ops.queue.taker(number);
    while !stop.is_cancelled() {
        // Only the wait is cut short: what is claimed is also finished.
        let hint = tokio::select! {
            hint = taker.take(WAIT) => hint,
            () = stop.cancelled() => break,
        };
        match turn(&ops, &mut taker, hint).await {
            Ok(claimed) => run(&ops, claimed).await,
            Err(error) => {
                tracing::error!("the worker cannot claim: {error}");
                tokio::time::sleep(WAIT).await;
            }
        }
    }
}

/// Claims what is hinted at, or whatever is due.
async fn turn(ops: &Ops, taker: &mut Taker, hint: Option<Batch>) -> crate::db::Result<Vec<Claimed>> {
    let Some(batch) = hint else {
        let now = ops.now();
        let due = ops.db.due_events(now, now, BATCH as i64).await?;
        return claim(ops, &due).await;
    };
    let claimed = match batch.lane {
        Lane::Webhooks => claim(ops, &batch.ids).await?,
        Lane::Notifications => Vec::new(),
    };
    taker.done(&batch).await;
    Ok(claimed)
}

async fn claim(ops: &Ops, ids: &[i64]) -> crate::db::Result<Vec<Claimed>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = ops.db.begin(Urgency::Background).await?;
    let claimed = tx.claim_events(ids, ops.now(), LEASE).await?;
    tx.commit().await?;
    Ok(claimed)
}

/// Runs a batch as one; if that fails, each event alone, so that one bad event fails alone.
async fn run(ops: &Ops, claimed: Vec<Claimed>) {
    if claimed.is_empty() {
        return;
    }
    let batch: Arc<[Claimed]> = claimed.into();
    match process(ops, batch.clone()).await {
        Ok(()) => {}
        Err(error) if batch.len() == 1 => retry::give_back(ops, &batch[0], &error).await,
        Err(_) => {
            for event in batch.iter() {
                if let Err(error) = process(ops, Arc::new([event.clone()])).await {
                    retry::give_back(ops, event, &error).await;
                }
            }
        }
    }
}

async fn process(ops: &Ops, batch: Arc<[Claimed]>) -> anyhow::Result<()> {
    let meanings = webhook::map(ops, batch).await?;
    let steps = finish::finish(ops, &meanings).await?;
    ops.announce(&steps).await;
    Ok(())
}

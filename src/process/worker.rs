//! The worker: take hints, read or claim the rows, run the job, commit what it means, tell everyone.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{LEASE, finish, retry, webhook};
use crate::db::{Claimed, Writer};
use crate::ops::Ops;
use crate::queue::{BATCH, Batch, Lane, Taker};

/// How long an idle worker waits for a hint before it asks the database itself, and how long while that has more.
const WAIT: Duration = Duration::from_secs(1);
const MORE: Duration = Duration::from_millis(1);

/// Works until it is told to stop; what is in hand is finished first.
pub async fn work(ops: Arc<Ops>, number: usize, stop: CancellationToken) {
    let (mut taker, mut wait) = (ops.queue.taker(number), WAIT);
    while !stop.is_cancelled() {
        // Only the wait is cut short: what is claimed is also finished.
        let hint = tokio::select! {
            hint = taker.take(wait) => hint,
            () = stop.cancelled() => break,
        };
        wait = match turn(&ops, &mut taker, hint).await {
            Ok(has_more) => {
                if has_more {
                    MORE
                } else {
                    WAIT
                }
            }
            Err(error) => {
                tracing::error!("the worker cannot take events: {error}");
                tokio::time::sleep(WAIT).await;
                WAIT
            }
        };
    }
}

/// Works off what is hinted at, or whatever is due; returns whether the database has more of that. A hint is answered while
/// the work is under way.
async fn turn(ops: &Ops, taker: &mut Taker, hint: Option<Batch>) -> crate::db::Result<bool> {
    let Some(batch) = hint else {
        let now = ops.now();
        let due = ops.db.due_events(now, now, BATCH as i64).await?;
        let has_more = due.len() == BATCH;
        ops.is_behind.store(has_more, Ordering::Relaxed);
        run(ops, claim(ops, &due).await?).await;
        return Ok(has_more);
    };
    let taken = match batch.lane {
        Lane::Webhooks => {
            ops.is_behind.store(batch.ids.len() == BATCH, Ordering::Relaxed);
            take(ops, &batch.ids).await?
        }
        Lane::Notifications => {
            ops.to_notify.notify_one();
            Vec::new()
        }
    };
    tokio::join!(run(ops, taken), taker.done(&batch));
    Ok(false)
}

/// A first attempt needs no claim: its hint came to one worker only, and the fence keeps a second one out.
/// What came before this node started, or was tried before, is claimed, so that an event that kills its worker counts
/// up to its last attempt.
async fn take(ops: &Ops, ids: &[i64]) -> crate::db::Result<Vec<Claimed>> {
    let mut taken = ops.db.fresh_events(ids, ops.started_at).await?;
    if taken.len() < ids.len() {
        let rest: Vec<i64> = ids.iter().copied().filter(|id| taken.iter().all(|event| event.id != *id)).collect();
        taken.extend(claim(ops, &rest).await?);
    }
    Ok(taken)
}

async fn claim(ops: &Ops, ids: &[i64]) -> crate::db::Result<Vec<Claimed>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = ops.db.begin(Writer::Worker).await?;
    let claimed = tx.claim_events(ids, ops.now(), LEASE).await?;
    tx.commit().await?;
    Ok(claimed)
}

/// Runs a batch as one; if that fails, each event alone, so that one bad event fails alone.
async fn run(ops: &Ops, taken: Vec<Claimed>) {
    if taken.is_empty() {
        return;
    }
    let batch: Arc<[Claimed]> = taken.into();
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

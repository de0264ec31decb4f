//! The worker: takes hints, reads or claims the rows, maps them, commits the results, and wakes the live stream.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::hold::holding;
use super::slice::{fitting, in_turns};
use super::webhook::Usable;
use super::{LEASE, finish, retry, webhook};
use crate::db::{Result, Waiting, WorkItem, Writer};
use crate::error::is_away;
use crate::ops::Ops;
use crate::queue::{BATCH, Batch, Taker};

/// How long an idle worker waits for a hint before it polls the database, and how long while the database has more.
const WAIT: Duration = Duration::from_secs(1);
const MORE: Duration = Duration::from_millis(1);

/// Processes events until `stop` is cancelled; events in progress are finished first.
pub async fn work(ops: Arc<Ops>, number: usize, stop: CancellationToken) {
    let (mut taker, mut wait) = (ops.queue.taker(number), WAIT);
    while !stop.is_cancelled() {
        // Cancellation only interrupts the wait: claimed events are finished.
        let hint = tokio::select! {
            hint = taker.take(wait) => hint,
            () = stop.cancelled() => break,
        };
        wait = match turn(&ops, &mut taker, hint, &stop).await {
            Ok(true) => MORE,
            Ok(false) => WAIT,
            Err(error) => {
                tracing::error!("cannot claim events: {error}");
                tokio::time::sleep(WAIT).await;
                WAIT
            }
        };
    }
}

/// Processes the hinted events, or without a hint any that are due; returns whether the database has more of the latter.
/// Hints are acknowledged while the work is in progress.
async fn turn(ops: &Ops, taker: &mut Taker, hint: Option<Batch>, stop: &CancellationToken) -> Result<bool> {
    let Some(batch) = hint else {
        let now = ops.now();
        let due = ops.db.due_events(now, now, BATCH as i64).await?;
        let has_more = due.len() == BATCH;
        ops.signals.is_behind.store(has_more, Ordering::Relaxed);
        work_off(ops, &due, stop).await?;
        return Ok(has_more);
    };
    ops.signals.is_behind.store(batch.ids.len() == BATCH, Ordering::Relaxed);
    let (worked, ()) = tokio::join!(work_off(ops, &batch.ids, stop), taker.done(&batch));
    worked.map(|()| false)
}

/// Processes one slice at a time, round-robin over sources; a slice is claimed when its work begins. Events not yet
/// begun when the node stops remain due for another worker.
async fn work_off(ops: &Ops, ids: &[i64], stop: &CancellationToken) -> Result<()> {
    let mut held = ops.handover.take(ids);
    let stored = ops.db.list_waiting(&without(ids, &held)).await?;
    let waiting = in_turns(held.iter().map(WorkItem::waiting).chain(stored).collect());
    let mut rest = waiting.as_slice();
    while !rest.is_empty() && !stop.is_cancelled() {
        let (slice, later) = rest.split_at(fitting(rest));
        run(ops, take(ops, slice, &mut held).await?, stop).await;
        rest = later;
    }
    Ok(())
}

/// Takes a slice: what was handed over, then what the database has.
///
/// A first attempt needs no claim: its hint went to one worker only, and fencing excludes a second one. Events from
/// before this node started, or tried before, are claimed, so that an event that crashes its worker reaches its last
/// attempt.
async fn take(ops: &Ops, slice: &[Waiting], held: &mut Vec<WorkItem>) -> Result<Vec<WorkItem>> {
    let ids: Vec<i64> = slice.iter().map(|waiting| waiting.id).collect();
    let mut taken: Vec<WorkItem> = held.extract_if(.., |event| ids.contains(&event.id)).collect();
    taken.extend(ops.db.fresh_events(&without(&ids, &taken), ops.started_at).await?);
    taken.extend(claim(ops, &without(&ids, &taken)).await?);
    Ok(taken)
}

fn without(ids: &[i64], events: &[WorkItem]) -> Vec<i64> {
    ids.iter().copied().filter(|id| events.iter().all(|event| event.id != *id)).collect()
}

async fn claim(ops: &Ops, ids: &[i64]) -> Result<Vec<WorkItem>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = ops.db.begin(Writer::Worker).await?;
    let claimed = tx.claim_events(ids, ops.now(), LEASE).await?;
    tx.commit().await?;
    Ok(claimed)
}

/// Processes a slice in parts: what was mapped within the time limit is committed before more is mapped.
async fn run(ops: &Ops, taken: Vec<WorkItem>, stop: &CancellationToken) {
    let batch = match webhook::usable(ops, taken).await {
        Ok(batch) => batch,
        Err(error) => return tracing::error!("cannot look up event sources, leases will expire: {error}"),
    };
    let mut at = 0;
    while at < batch.events.len() {
        match holding(ops, &batch.events[at..], process(ops, &batch, at, stop)).await {
            // The node is shutting down.
            Ok(0) => return,
            Ok(done) => at += done,
            Err(error) => return each_alone(ops, &batch, at, &error, stop).await,
        }
    }
}

/// After a failed part every event is tried alone, so that a bad event fails alone. Not if the database is unavailable:
/// then no event is at fault and no attempt is spent.
async fn each_alone(ops: &Ops, batch: &Arc<Usable>, at: usize, error: &anyhow::Error, stop: &CancellationToken) {
    let left = &batch.events[at..];
    if is_away(error) {
        return tracing::warn!(
            events = left.len(),
            "database unavailable, events in progress will be retried: {error:#}"
        );
    }
    if let [event] = left {
        return retry::reschedule(ops, event, error).await;
    }
    tracing::warn!(events = left.len(), "a batch failed, retrying each event individually: {error:#}");
    for at in at..batch.events.len() {
        if stop.is_cancelled() {
            return;
        }
        let alone = Arc::new(batch.only(at));
        if let Err(error) = holding(ops, &alone.events, process(ops, &alone, 0, stop)).await {
            retry::reschedule(ops, &alone.events[0], &error).await;
        }
    }
}

/// Maps and commits as many events as fit, from `at` on; returns their number.
async fn process(ops: &Ops, batch: &Arc<Usable>, at: usize, stop: &CancellationToken) -> anyhow::Result<usize> {
    let events = webhook::map(batch.clone(), at, stop.clone()).await?;
    if !events.is_empty() {
        let steps = finish::finish(ops, &events).await?;
        ops.announce(&steps).await;
    }
    Ok(events.len())
}

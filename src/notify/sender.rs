//! Drains channels: claims due rows and sends them within the rate limits. While a failing channel backs off, only its
//! overdue rows are read, for the fallback.

use std::sync::Arc;
use std::time::Duration;

use app::types::time::{HOUR, MINUTE, SECOND};
use app::types::{NotificationKind, Severity};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::busy::Busy;
use super::claim::{claim, clear};
use super::limits::limits;
use super::plan::{Plan, plan};
use super::record_outcome::record_outcome;
use super::{Outcome, message, overdue, send};
use crate::channels::LoadedChannel;
use crate::db::{DueNotification, Result};
use crate::limiter::Limit;
use crate::ops::Ops;

/// Maximum number of due rows that are read at once, and so of alerts in a digest.
const LOOK: i64 = 10_000;

/// Maximum number of rows to hold or cancel together after a claim turned out empty.
const CLEARED: usize = 500;

/// Longest wait for a signal: finds rows whose signal was lost, retries, and ended mutes.
const TICK: Duration = Duration::from_secs(1);

/// Sends due notifications until cancelled; returns when messages in flight are finished.
pub async fn notify(ops: Arc<Ops>, stop: CancellationToken) {
    let (busy, tasks) = (Busy::default(), TaskTracker::new());
    if let Err(error) = recall(&ops).await {
        tracing::warn!("cannot count the messages of the last minute: {error}");
    }
    while !stop.is_cancelled() {
        if let Err(error) = ops.db.release_held(ops.now()).await {
            tracing::warn!("cannot release held notifications: {error}");
        }
        match ops.channels.list().await {
            Ok(channels) => channels.iter().for_each(|channel| start(&ops, channel.channel.id, &stop, &busy, &tasks)),
            Err(error) => tracing::warn!("cannot read the channels: {error}"),
        }
        tokio::select! {
            () = ops.signals.send.notified() => {}
            () = tokio::time::sleep(TICK) => {}
            () = stop.cancelled() => {}
        }
    }
    tasks.close();
    tasks.wait().await;
}

/// Counts the messages of the last two minutes against the limits, since the providers still do after a restart.
async fn recall(ops: &Ops) -> Result<()> {
    let channels = ops.channels.list().await?;
    let now = ops.now();
    for (id, at) in ops.db.list_messages(now - 2 * MINUTE).await? {
        if let Some(channel) = channels.iter().find(|channel| channel.channel.id == id) {
            ops.limiter.recall(&limits(channel, 0), (now - at).max(0));
        }
    }
    Ok(())
}

/// Spawns a task that drains a channel, unless one is running or it is paused after a panic.
fn start(ops: &Arc<Ops>, id: i64, stop: &CancellationToken, busy: &Busy, tasks: &TaskTracker) {
    let Some(turn) = busy.enter(id) else { return };
    let (ops, stop) = (ops.clone(), stop.clone());
    tasks.spawn(async move {
        // Moved in, so that it is dropped if draining panics.
        let _turn = turn;
        if let Err(error) = drain(&ops, id, &stop).await {
            tracing::error!(channel = id, "cannot read or write the outbox: {error}");
        }
    });
}

/// Sends the due notifications of one channel until none is left, or the channel backs off.
async fn drain(ops: &Ops, id: i64, stop: &CancellationToken) -> Result<()> {
    while !stop.is_cancelled() {
        let channels = ops.channels.list().await?;
        let Some(channel) = channels.iter().find(|channel| channel.channel.id == id) else { return Ok(()) };
        overdue::hand_on(ops, channel).await?;
        if !channel.channel.is_active {
            return overdue::give_up_all(ops, channel, "the channel is disabled").await;
        }
        // More than an hour away only if the clock was set back, as backoff and `Retry-After` are bounded by that.
        if (1..=HOUR).contains(&(channel.retry_at - ops.now())) {
            return Ok(());
        }
        let waiting = ops.db.list_waiting_to_tell(id, ops.now(), LOOK).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        if let Err(wait) = next(ops, channel, &waiting).await? {
            let wait = Duration::from_millis(wait.clamp(10, SECOND) as u64);
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = stop.cancelled() => {}
            }
        }
    }
    Ok(())
}

/// Sends the next message, or returns the wait in milliseconds that the rate limits require.
async fn next(ops: &Ops, channel: &LoadedChannel, waiting: &[DueNotification]) -> Result<std::result::Result<(), i64>> {
    let now = ops.now();
    let alone = criticals(channel);
    let used = ops.limiter.used(&alone).await;
    let plan = match channel.is_failing() {
        // The most severe row probes the channel; the others stay as they are.
        true => Plan { at: vec![0], reserve: 0 },
        false => plan(waiting, used as usize, now),
    };
    let mut wanted = limits(channel, plan.reserve);
    let chosen: Vec<&DueNotification> = plan.at.iter().map(|at| &waiting[*at]).collect();
    if let [one] = chosen.as_slice()
        && one.severity == Severity::Critical
        && one.kind != NotificationKind::Resolved
    {
        wanted.push(alone);
    }
    if let Err(wait) = ops.limiter.take(&wanted).await {
        return Ok(Err(wait));
    }
    let claim = claim(ops, channel, &chosen.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
    if claim.rows.is_empty() {
        // Rows like these would each use up a message of the rate limit.
        clear(ops, channel, &waiting.iter().take(CLEARED).map(|row| row.id).collect::<Vec<_>>()).await?;
    } else {
        let message = message::compose(ops, channel, &claim).await?;
        let outcome = match &channel.unusable {
            Some(why) => Outcome::Broken(why.clone()),
            None => send(ops, channel, &message).await,
        };
        record_outcome(ops, channel, &claim, outcome).await?;
    }
    Ok(Ok(()))
}

/// Counts critical alerts sent individually in the last minute; its maximum is never reached.
fn criticals(channel: &LoadedChannel) -> Limit {
    let key = limits(channel, 0).first().map(|limit| format!("{}c", limit.key)).unwrap_or_default();
    Limit { key, most: 1_000_000, span: MINUTE }
}

//! Draining channels: what is due is taken and sent within the limits; `settle` logs what came of it.

use std::sync::Arc;
use std::time::Duration;

use app::types::Severity;
use app::types::time::{MINUTE, SECOND};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::busy::Busy;
use super::claim::claim;
use super::limits::limits;
use super::plan::{Plan, plan};
use super::render::{self, Message};
use super::send;
use super::settle::{give_up, settle};
use crate::channels::ReadyChannel;
use crate::db::{Due, Result};
use crate::limiter::Limit;
use crate::ops::Ops;

/// Most notifications looked at together.
const LOOK: i64 = 2_000;

const TICK: Duration = Duration::from_secs(1);

/// Sends what is due until it is told to stop; what is under way is finished first.
pub async fn notify(ops: Arc<Ops>, stop: CancellationToken) {
    let (busy, tasks) = (Busy::default(), TaskTracker::new());
    if let Err(error) = recall(&ops).await {
        tracing::warn!("the messages of the last minute are not counted: {error}");
    }
    while !stop.is_cancelled() {
        match ops.channels.list().await {
            Ok(channels) => channels.iter().for_each(|channel| start(&ops, channel.channel.id, &stop, &busy, &tasks)),
            Err(error) => tracing::warn!("cannot read the channels: {error}"),
        }
        tokio::select! {
            () = ops.to_notify.notified() => {}
            () = tokio::time::sleep(TICK) => {}
            () = stop.cancelled() => {}
        }
    }
    tasks.close();
    tasks.wait().await;
}

/// The providers count on while we are down: what was sent just before a start still counts.
async fn recall(ops: &Ops) -> Result<()> {
    let channels = ops.channels.list().await?;
    for (id, at) in ops.db.list_messages(ops.now() - 2 * MINUTE).await? {
        if let Some(channel) = channels.iter().find(|channel| channel.channel.id == id) {
            ops.limiter.recall(&limits(channel, 0), at);
        }
    }
    Ok(())
}

/// Drains a channel in a task of its own, unless one is at it.
fn start(ops: &Arc<Ops>, id: i64, stop: &CancellationToken, busy: &Busy, tasks: &TaskTracker) {
    let Some(turn) = busy.enter(id) else { return };
    let (ops, stop) = (ops.clone(), stop.clone());
    tasks.spawn(async move {
        // Given back also where draining panics.
        let _turn = turn;
        if let Err(error) = drain(&ops, id, &stop).await {
            tracing::error!(channel = id, "cannot read or write the outbox: {error}");
        }
    });
}

/// Sends what one channel has to tell until nothing is due.
async fn drain(ops: &Ops, id: i64, stop: &CancellationToken) -> Result<()> {
    while !stop.is_cancelled() {
        let due = ops.db.due_notifications(id, ops.now(), LOOK).await?;
        let channels = ops.channels.list().await?;
        let Some(channel) = channels.iter().find(|channel| channel.channel.id == id).filter(|_| !due.is_empty()) else {
            return Ok(());
        };
        if let Some(reason) = unusable(channel) {
            let claim = claim(ops, due.iter().collect()).await?;
            give_up(ops, channel, &claim, &reason).await?;
            continue;
        }
        if let Err(wait) = next(ops, channel, &due).await? {
            let wait = Duration::from_millis(wait.clamp(10, SECOND) as u64);
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = stop.cancelled() => {}
            }
        }
    }
    Ok(())
}

fn unusable(channel: &ReadyChannel) -> Option<String> {
    match &channel.channel.broken_reason {
        Some(reason) => Some(format!("the channel is broken: {reason}")),
        None if !channel.channel.is_active => Some("the channel is switched off".to_owned()),
        None => None,
    }
}

/// Sends the next message, or says how many milliseconds the limits want to wait.
async fn next(ops: &Ops, channel: &ReadyChannel, due: &[Due]) -> Result<std::result::Result<(), i64>> {
    let now = ops.now();
    let alone = criticals(channel);
    let used = ops.limiter.used(&alone, now).await;
    let (at, reserve) = match plan(due, used as usize, now) {
        Plan::One { at, reserve } => (vec![at], reserve),
        Plan::Digest { at, reserve } => (at, reserve),
    };
    let mut wanted = limits(channel, reserve);
    let chosen: Vec<&Due> = at.iter().map(|at| &due[*at]).collect();
    if let [one] = chosen.as_slice()
        && one.severity == Severity::Critical
    {
        wanted.push(alone);
    }
    if let Err(wait) = ops.limiter.take(&wanted, now).await {
        return Ok(Err(wait));
    }
    let claim = claim(ops, chosen).await?;
    if !claim.dues.is_empty() {
        let message = message(channel, &claim.dues, &ops.config.app_url());
        let outcome = send(ops, channel, &message).await;
        settle(ops, channel, &claim, outcome).await?;
    }
    Ok(Ok(()))
}

/// Counts criticals that went on their own; it never stops one.
fn criticals(channel: &ReadyChannel) -> Limit {
    let key = limits(channel, 0).first().map(|limit| format!("{}c", limit.key)).unwrap_or_default();
    Limit { key, most: 1_000_000, span: MINUTE }
}

fn message(channel: &ReadyChannel, dues: &[&Due], app_url: &str) -> Message {
    match dues {
        [one] => render::one(one, channel, app_url),
        many => render::digest(many, app_url),
    }
}

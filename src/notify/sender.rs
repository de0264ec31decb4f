//! Draining channels: what is due is taken, sent within the limits, and logged with the provider's own words.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use app::types::time::{MINUTE, SECOND};
use app::types::{ActivityKind, Severity};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::limits::limits;
use super::plan::{Plan, plan};
use super::render::{self, Message};
use super::{Outcome, send};
use crate::changes::step;
use crate::channels::ReadyChannel;
use crate::db::{Due, NewNotification, Result, Writer};
use crate::limiter::Limit;
use crate::ops::Ops;

/// Most notifications looked at together.
const LOOK: i64 = 2_000;

/// How long a claim holds, in milliseconds: longer than any provider may take.
const LEASE: i64 = 60 * SECOND;

/// Attempts: one and two retries; what a provider asks to wait for counts less.
const ATTEMPTS: i64 = 3;
const PATIENT_ATTEMPTS: i64 = 20;

/// The first wait in milliseconds; the next is six times as long.
const FIRST_WAIT: i64 = 5 * SECOND;

const TICK: Duration = Duration::from_secs(1);

/// Sends what is due until it is told to stop; what is under way is finished first.
pub async fn notify(ops: Arc<Ops>, stop: CancellationToken) {
    let (busy, tasks) = (Arc::new(Mutex::new(HashSet::new())), TaskTracker::new());
    while !stop.is_cancelled() {
        match ops.channels.list().await {
            Ok(channels) => {
                for channel in channels.iter() {
                    let id = channel.channel.id;
                    if busy.lock().unwrap_or_else(PoisonError::into_inner).insert(id) {
                        let (ops, stop, busy) = (ops.clone(), stop.clone(), busy.clone());
                        tasks.spawn(async move {
                            if let Err(error) = drain(&ops, id, &stop).await {
                                tracing::error!(channel = id, "cannot read or write the outbox: {error}");
                            }
                            busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
                        });
                    }
                }
            }
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

/// Sends what one channel has to tell until nothing is due.
async fn drain(ops: &Ops, id: i64, stop: &CancellationToken) -> Result<()> {
    while !stop.is_cancelled() {
        let due = ops.db.due_notifications(id, ops.now(), LOOK).await?;
        let channels = ops.channels.list().await?;
        let Some(channel) = channels.iter().find(|channel| channel.channel.id == id).filter(|_| !due.is_empty()) else {
            return Ok(());
        };
        if let Some(reason) = unusable(channel) {
            give_up(ops, channel, &due.iter().collect::<Vec<_>>(), &reason).await?;
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
    let claimed = claim(ops, &chosen).await?;
    let taken: Vec<&Due> = chosen.into_iter().filter(|due| claimed.contains(&due.id)).collect();
    if !taken.is_empty() {
        let message = message(channel, &taken, &ops.config.app_url());
        let outcome = send(ops, channel, &message).await;
        settle(ops, channel, &taken, outcome).await?;
    }
    Ok(Ok(()))
}

/// Counts criticals that went on their own; it never stops one.
fn criticals(channel: &ReadyChannel) -> Limit {
    let key = limits(channel, 0).first().map(|limit| format!("{}c", limit.key)).unwrap_or_default();
    Limit { key, most: 1_000_000, span: MINUTE }
}

async fn claim(ops: &Ops, dues: &[&Due]) -> Result<HashSet<i64>> {
    let ids: Vec<i64> = dues.iter().map(|due| due.id).collect();
    let mut tx = ops.db.begin(Writer::Person).await?;
    let claimed = tx.claim_notifications(&ids, ops.now(), LEASE).await?;
    tx.commit().await?;
    Ok(claimed.into_iter().collect())
}

fn message(channel: &ReadyChannel, dues: &[&Due], app_url: &str) -> Message {
    match dues {
        [one] => render::one(one, channel, app_url),
        many => render::digest(many, app_url),
    }
}

async fn settle(ops: &Ops, channel: &ReadyChannel, dues: &[&Due], outcome: Outcome) -> Result<()> {
    let name = &channel.channel.name;
    match outcome {
        Outcome::Sent(words) => {
            tracing::info!(channel = name, notifications = dues.len(), "told: {words}");
            sent(ops, channel, dues, &words).await
        }
        Outcome::Later { error, after } => later(ops, channel, dues, &error, after).await,
        Outcome::Refused(error) => give_up(ops, channel, dues, &error).await,
        Outcome::Broken(error) => {
            tracing::error!(channel = name, "nothing can be sent: {error}");
            let mut tx = ops.db.begin(Writer::Person).await?;
            tx.set_channel_broken(channel.channel.id, Some(&error), ops.now()).await?;
            tx.commit().await?;
            ops.channels.forget().await;
            give_up(ops, channel, dues, &error).await
        }
    }
}

async fn sent(ops: &Ops, channel: &ReadyChannel, dues: &[&Due], words: &str) -> Result<()> {
    let now = ops.now();
    let digest = dues.iter().map(|due| due.id).min().filter(|_| dues.len() > 1);
    let mut tx = ops.db.begin(Writer::Person).await?;
    tx.end_notifications(&ids(dues), ("sent", None), (None, Some(words), digest), now).await?;
    let alerts: BTreeSet<i64> = dues.iter().map(|due| due.alert_id).collect();
    let mut steps = Vec::with_capacity(alerts.len());
    for alert in alerts {
        let mut step = step(alert, ActivityKind::Notified, "opscenter", now);
        step.detail.insert("channel".to_owned(), channel.channel.name.clone().into());
        steps.push(step);
    }
    let steps = tx.insert_activity(&steps).await?;
    tx.commit().await?;
    ops.announce(&steps).await;
    Ok(())
}

/// Due again after a while, or given up after the last attempt. A provider that asks for silence gets it.
async fn later(ops: &Ops, channel: &ReadyChannel, dues: &[&Due], error: &str, after: Option<i64>) -> Result<()> {
    let now = ops.now();
    if let Some(after) = after {
        for limit in limits(channel, 0) {
            ops.limiter.block(&limit.key, now + after, now).await;
        }
    }
    let most = if after.is_some() { PATIENT_ATTEMPTS } else { ATTEMPTS };
    let (spent, again): (Vec<&Due>, Vec<&Due>) = dues.iter().partition(|due| due.attempts + 1 >= most);
    let mut tx = ops.db.begin(Writer::Person).await?;
    for due in &again {
        let wait = FIRST_WAIT * 6_i64.pow(due.attempts.min(3) as u32) * rand::random_range(80..=120) / 100;
        let due_at = now + after.unwrap_or(wait);
        tx.end_notifications(&[due.id], ("pending", Some(due_at)), (Some(error), None, None), now).await?;
    }
    tx.commit().await?;
    if !again.is_empty() {
        tracing::warn!(channel = channel.channel.name, notifications = again.len(), "not told yet: {error}");
    }
    if spent.is_empty() { Ok(()) } else { give_up(ops, channel, &spent, error).await }
}

/// Failed for good: the channel's fallback is told instead. With the episode of the original it is told once, also where
/// it wanted the alert by itself, and two channels that fall back on each other come to an end.
async fn give_up(ops: &Ops, channel: &ReadyChannel, dues: &[&Due], error: &str) -> Result<()> {
    let now = ops.now();
    tracing::error!(channel = channel.channel.name, notifications = dues.len(), "could not tell: {error}");
    let channels = ops.channels.list().await?;
    let fallback = channels.iter().find(|other| Some(other.channel.id) == channel.channel.fallback_id);
    let mut tx = ops.db.begin(Writer::Person).await?;
    tx.end_notifications(&ids(dues), ("failed", None), (Some(error), None, None), now).await?;
    for due in dues {
        if let Some(other) = fallback {
            tx.insert_notification(&NewNotification {
                alert_id: due.alert_id,
                channel_id: other.channel.id,
                channel: other.channel.kind,
                recipient: other.channel.recipient.clone(),
                kind: due.kind,
                episode: due.episode,
                severity: due.severity,
                now,
            })
            .await?;
        }
    }
    tx.commit().await?;
    ops.to_notify.notify_one();
    Ok(())
}

fn ids(dues: &[&Due]) -> Vec<i64> {
    dues.iter().map(|due| due.id).collect()
}

/// Sends a test by a channel; one that works is not broken any more.
pub async fn send_test(ops: &Ops, channel: &ReadyChannel) -> Result<Outcome> {
    let outcome = send(ops, channel, &render::test(&ops.config.app_url())).await;
    let reason = match &outcome {
        Outcome::Broken(why) => Some(why.as_str()),
        Outcome::Sent(_) => None,
        _ => return Ok(outcome),
    };
    let mut tx = ops.db.begin(Writer::Person).await?;
    tx.set_channel_broken(channel.channel.id, reason, ops.now()).await?;
    tx.commit().await?;
    ops.channels.forget().await;
    Ok(outcome)
}

//! What came of sending: sent, due again, or failed for good and handed to the fallback.

use std::collections::BTreeSet;

use app::types::ActivityKind;
use app::types::time::{HOUR, SECOND};

use super::claim::Claim;
use super::limits::limits;
use super::{Outcome, render, send};
use crate::changes::step;
use crate::channels::ReadyChannel;
use crate::db::{Due, NewNotification, Result, Writer};
use crate::ops::Ops;

/// Attempts: one and two retries; what a provider asks to wait for counts less.
const ATTEMPTS: i64 = 3;
const PATIENT_ATTEMPTS: i64 = 20;

/// The first wait in milliseconds; the next is six times as long.
const FIRST_WAIT: i64 = 5 * SECOND;

/// The longest that a provider may ask to wait, in milliseconds: a mistake in its Retry-After must not silence a channel.
const LONGEST_SILENCE: i64 = HOUR;

/// Logs what came of an attempt, with the provider's own words.
pub async fn settle(ops: &Ops, channel: &ReadyChannel, claim: &Claim<'_>, outcome: Outcome) -> Result<()> {
    let name = &channel.channel.name;
    match outcome {
        Outcome::Sent(words) => {
            tracing::info!(channel = name, notifications = claim.dues.len(), "told: {words}");
            sent(ops, channel, claim, &words).await
        }
        Outcome::Later { error, after } => later(ops, channel, claim, &error, after).await,
        Outcome::Refused(error) => give_up(ops, channel, claim, &error).await,
        Outcome::Broken(error) => {
            tracing::error!(channel = name, "nothing can be sent: {error}");
            set_broken(ops, channel, Some(&error)).await?;
            give_up(ops, channel, claim, &error).await
        }
    }
}

async fn sent(ops: &Ops, channel: &ReadyChannel, claim: &Claim<'_>, words: &str) -> Result<()> {
    let now = ops.now();
    let digest = claim.ids().into_iter().min().filter(|_| claim.dues.len() > 1);
    let mut tx = ops.db.begin(Writer::Person).await?;
    let ended = tx
        .end_notifications((&claim.ids(), claim.lease_until), ("sent", None), (None, Some(words), digest), now)
        .await?;
    let is_ended = |due: &&&Due| ended.contains(&due.id);
    let alerts: BTreeSet<i64> = claim.dues.iter().filter(is_ended).map(|due| due.alert_id).collect();
    let mut steps = Vec::with_capacity(alerts.len());
    tx.mark_told(&alerts.iter().copied().collect::<Vec<_>>()).await?;
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
async fn later(ops: &Ops, channel: &ReadyChannel, claim: &Claim<'_>, error: &str, after: Option<i64>) -> Result<()> {
    let now = ops.now();
    let after = after.map(|after| after.clamp(SECOND, LONGEST_SILENCE));
    if let Some(after) = after {
        for limit in limits(channel, 0) {
            ops.limiter.block(&limit.key, now + after, now).await;
        }
    }
    let most = if after.is_some() { PATIENT_ATTEMPTS } else { ATTEMPTS };
    let (spent, again): (Vec<&Due>, Vec<&Due>) = claim.dues.iter().partition(|due| due.attempts + 1 >= most);
    let mut tx = ops.db.begin(Writer::Person).await?;
    for due in &again {
        let wait = FIRST_WAIT * 6_i64.pow(due.attempts.min(3) as u32) * rand::random_range(80..=120) / 100;
        let due_at = now + after.unwrap_or(wait);
        let held = (&[due.id][..], claim.lease_until);
        tx.end_notifications(held, ("pending", Some(due_at)), (Some(error), None, None), now).await?;
    }
    tx.commit().await?;
    if !again.is_empty() {
        tracing::warn!(channel = channel.channel.name, notifications = again.len(), "not told yet: {error}");
    }
    if spent.is_empty() { Ok(()) } else { give_up(ops, channel, &claim.of(spent), error).await }
}

/// Failed for good: the channel's fallback is told instead. With the episode of the original it is told once, also where
/// it wanted the alert by itself, and two channels that fall back on each other come to an end.
pub async fn give_up(ops: &Ops, channel: &ReadyChannel, claim: &Claim<'_>, error: &str) -> Result<()> {
    let now = ops.now();
    tracing::error!(channel = channel.channel.name, notifications = claim.dues.len(), "could not tell: {error}");
    let channels = ops.channels.list().await?;
    let fallback = channels.iter().find(|other| Some(other.channel.id) == channel.channel.fallback_id);
    // What marks alerts and what works events off lock them in different orders.
    ops.db.once_more(|| end(ops, claim, fallback, error, now)).await?;
    ops.numbers.changed();
    ops.to_notify.notify_one();
    Ok(())
}

async fn end(ops: &Ops, claim: &Claim<'_>, fallback: Option<&ReadyChannel>, error: &str, now: i64) -> Result<()> {
    let mut tx = ops.db.begin(Writer::Person).await?;
    let failed = (Some(error), None, None);
    let ended = tx.end_notifications((&claim.ids(), claim.lease_until), ("failed", None), failed, now).await?;
    let dues: Vec<&Due> = claim.dues.iter().copied().filter(|due| ended.contains(&due.id)).collect();
    for due in &dues {
        if let Some(other) = fallback {
            tx.insert_notification(&instead(due, other, now)).await?;
        }
    }
    let alerts: BTreeSet<i64> = dues.iter().map(|due| due.alert_id).collect();
    tx.mark_untold(&alerts.into_iter().collect::<Vec<_>>()).await?;
    tx.commit().await
}

/// The same for another channel.
fn instead(due: &Due, other: &ReadyChannel, now: i64) -> NewNotification {
    NewNotification {
        alert_id: due.alert_id,
        channel_id: other.channel.id,
        channel: other.channel.kind,
        recipient: other.channel.recipient.clone(),
        kind: due.kind,
        episode: due.episode,
        severity: due.severity,
        now,
    }
}

/// Sends a test by a channel; one that works is not broken any more.
pub async fn send_test(ops: &Ops, channel: &ReadyChannel) -> Result<Outcome> {
    let outcome = send(ops, channel, &render::test(&ops.config.app_url())).await;
    let reason = match &outcome {
        Outcome::Broken(why) => Some(why.as_str()),
        Outcome::Sent(_) => None,
        _ => return Ok(outcome),
    };
    set_broken(ops, channel, reason).await?;
    Ok(outcome)
}

async fn set_broken(ops: &Ops, channel: &ReadyChannel, reason: Option<&str>) -> Result<()> {
    let mut tx = ops.db.begin(Writer::Person).await?;
    tx.set_channel_broken(channel.channel.id, reason, ops.now()).await?;
    tx.commit().await?;
    ops.channels.forget().await;
    Ok(())
}

//! What came of sending: sent, due again, or failed for good and handed to the fallback.

use std::collections::BTreeSet;

use app::types::ActivityKind;
use app::types::time::SECOND;

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

/// Logs what came of an attempt, with the provider's own words.
pub async fn settle(ops: &Ops, channel: &ReadyChannel, dues: &[&Due], outcome: Outcome) -> Result<()> {
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
            set_broken(ops, channel, Some(&error)).await?;
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
pub async fn give_up(ops: &Ops, channel: &ReadyChannel, dues: &[&Due], error: &str) -> Result<()> {
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

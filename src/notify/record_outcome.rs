//! What came of sending: sent, due again when the channel works again, or refused for good and handed to the fallback.

use std::collections::{BTreeMap, HashSet};

use app::types::time::{HOUR, MINUTE, SECOND};
use app::types::{ActivityKind, AlertState, NotificationKind, Severity};

use super::claim::Claim;
use super::limits::own_limits;
use super::{Outcome, render, send};
use crate::changes::step;
use crate::channels::LoadedChannel;
use crate::db::{AlertForNotification, Ended, Result, Writer};
use crate::delivery::{Failing, NotificationRequest, backoff};
use crate::ops::Ops;
use crate::outbox;

/// The longest that a provider may ask to wait, in milliseconds: a mistake in its Retry-After must not silence a channel.
const LONGEST_SILENCE: i64 = HOUR;

/// Logs what came of an attempt, with the provider's own words.
pub async fn record_outcome(ops: &Ops, channel: &LoadedChannel, claim: &Claim, outcome: Outcome) -> Result<()> {
    let name = &channel.channel.name;
    match outcome {
        Outcome::Sent(words) => {
            tracing::info!(channel = name, notifications = claim.rows.len(), "sent: {words}");
            sent(ops, channel, claim, &words).await
        }
        Outcome::Later { error, after } => {
            tracing::warn!(channel = name, notifications = claim.rows.len(), "not sent, will retry: {error}");
            put_off(ops, channel, claim, (Failing::NotNow, &error), after).await
        }
        Outcome::Broken(error) => {
            tracing::error!(channel = name, "channel broken: {error}");
            put_off(ops, channel, claim, (Failing::Broken, &error), None).await
        }
        Outcome::Partly(why) => partly(ops, channel, claim, &why).await,
        Outcome::Refused(error) => {
            tracing::error!(channel = name, notifications = claim.rows.len(), "rejected by the provider: {error}");
            refused(ops, claim, &error).await
        }
    }
}

/// Once more after a deadlock: nothing of the first try remains.
async fn sent(ops: &Ops, channel: &LoadedChannel, claim: &Claim, words: &str) -> Result<()> {
    let (steps, due) = ops.db.once_more(|| note_sent(ops, channel, claim, words)).await?;
    if channel.is_failing() {
        ops.channels.invalidate();
    }
    ops.signals.wake_sender(&due);
    ops.numbers.changed();
    ops.announce(&steps).await;
    Ok(())
}

/// Returns the steps of timelines, and what is due because it was not true any more.
async fn note_sent(ops: &Ops, channel: &LoadedChannel, claim: &Claim, words: &str) -> Result<(Vec<i64>, Vec<i64>)> {
    let (now, id) = (ops.now(), channel.channel.id);
    let digest = claim.ids().into_iter().min().filter(|_| claim.rows.len() > 1);
    let ended = Ended { status: "sent", reason: None, error: None, response: Some(words), digest, due_at: None };
    let mut tx = ops.db.begin(Writer::Person).await?;
    tx.lock_told_alerts(&claim.alerts()).await?;
    let sent: HashSet<i64> =
        tx.end_notifications(&claim.ids(), claim.lease_until, ended, now).await?.into_iter().collect();
    let told = last_sent_of(claim, &sent);
    let alerts: Vec<i64> = told.iter().map(|told| told.0).collect();
    tx.record_last_sent(id, &told, now).await?;
    tx.mark_delivered(&alerts).await?;
    if channel.is_failing() {
        tx.channel_works(id).await?;
    }
    let requests: Vec<NotificationRequest> =
        tx.list_for_notification(&alerts).await?.into_iter().filter_map(|now| denied(&told, now)).collect();
    let due = outbox::write(&mut tx, &ops.channels.cached(), &requests, now).await?;
    let steps: Vec<_> = alerts.iter().map(|alert| notified(*alert, channel, now)).collect();
    let steps = tx.insert_activity(&steps).await?;
    tx.commit().await?;
    for ours in claim.rows.iter().filter(|ours| sent.contains(&ours.row.id)) {
        ops.metrics.record_notification(channel.channel.kind.as_str(), now - ours.row.waited_since());
    }
    Ok((steps, due))
}

/// Of each alert the severity, whether that was an alarm, and whether it was an end. Of several rows of one the last counts.
fn last_sent_of(claim: &Claim, sent: &HashSet<i64>) -> Vec<(i64, Severity, bool, bool)> {
    let ours = claim.rows.iter().filter(|ours| sent.contains(&ours.row.id));
    let told: BTreeMap<i64, _> = ours
        .map(|ours| {
            let is_end = ours.row.kind == NotificationKind::Resolved;
            (ours.row.alert_id, (ours.row.severity, !is_end, is_end || ours.is_over))
        })
        .collect();
    told.into_iter().map(|(alert, (severity, is_alarm, is_end))| (alert, severity, is_alarm, is_end)).collect()
}

/// What is to be said where it became otherwise while the message was on its way.
fn denied(told: &[(i64, Severity, bool, bool)], alert: AlertForNotification) -> Option<NotificationRequest> {
    let is_end = told.iter().find(|told| told.0 == alert.id)?.3;
    let kind = match alert.state {
        AlertState::Open if is_end => NotificationKind::Opened,
        AlertState::Resolved if !is_end => NotificationKind::Resolved,
        _ => return None,
    };
    Some(alert.request(kind))
}

fn notified(alert: i64, channel: &LoadedChannel, now: i64) -> crate::db::NewActivity {
    let mut step = step(alert, ActivityKind::Notified, "opscenter", now);
    step.detail.insert("channel".to_owned(), channel.channel.name.clone().into());
    step
}

/// The rows wait on, and the channel rests: longer each time, and as long as a provider asks for.
async fn put_off(
    ops: &Ops,
    channel: &LoadedChannel,
    claim: &Claim,
    (failing, error): (Failing, &str),
    after: Option<i64>,
) -> Result<()> {
    let (now, id) = (ops.now(), channel.channel.id);
    let after = after.map(|after| after.clamp(SECOND, LONGEST_SILENCE));
    if let Some(after) = after {
        for limit in own_limits(channel) {
            ops.limiter.block(&limit.key, after).await;
        }
    }
    let pending =
        Ended { status: "pending", reason: None, error: Some(error), response: None, digest: None, due_at: None };
    let mut tx = ops.db.begin(Writer::Person).await?;
    tx.end_notifications(&claim.ids(), claim.lease_until, pending, now).await?;
    let failures = tx.channel_failed(id, (failing == Failing::Broken).then_some(error), now).await?;
    tx.retry_channel_at(id, now + backoff(failing, failures, after)).await?;
    tx.commit().await?;
    ops.channels.invalidate();
    Ok(())
}

/// Some recipients have it: the channel works, and only this message waits for the others.
async fn partly(ops: &Ops, channel: &LoadedChannel, claim: &Claim, why: &str) -> Result<()> {
    let (now, tries) = (ops.now(), claim.rows.iter().map(|ours| ours.row.attempts).max().unwrap_or(0));
    let due_at = Some(now + (MINUTE << tries.clamp(0, 4)));
    let waits = Ended { status: "pending", reason: None, error: Some(why), response: None, digest: None, due_at };
    let mut tx = ops.db.begin(Writer::Person).await?;
    tx.end_notifications(&claim.ids(), claim.lease_until, waits, now).await?;
    if channel.is_failing() {
        tx.channel_works(channel.channel.id).await?;
    }
    tx.commit().await?;
    if channel.is_failing() {
        ops.channels.invalidate();
    }
    Ok(())
}

/// This message cannot be sent by this channel: its fallback is told at once.
async fn refused(ops: &Ops, claim: &Claim, error: &str) -> Result<()> {
    // What marks alerts and what works events off lock them in different orders.
    ops.db.once_more(|| refuse(ops, claim, error)).await?;
    ops.numbers.changed();
    ops.signals.send.notify_one();
    Ok(())
}

async fn refuse(ops: &Ops, claim: &Claim, error: &str) -> Result<()> {
    let now = ops.now();
    let failed = Ended {
        status: "failed",
        reason: Some("refused"),
        error: Some(error),
        response: None,
        digest: None,
        due_at: None,
    };
    let mut tx = ops.db.begin(Writer::Person).await?;
    let ended = tx.end_notifications(&claim.ids(), claim.lease_until, failed, now).await?;
    tx.insert_for_fallback(&ended, now).await?;
    tx.mark_undelivered(&claim.alerts(), "the provider rejected the message").await?;
    tx.commit().await
}

/// Sends a test by a channel, in its own template; one that works is tried again at once.
pub async fn send_test(ops: &Ops, channel: &LoadedChannel) -> Result<Outcome> {
    let outcome = match &channel.unusable {
        Some(why) => Outcome::Broken(why.clone()),
        None => send(ops, channel, &render::test(channel, &ops.config.app_url())).await,
    };
    let now = ops.now();
    let mut tx = ops.db.begin(Writer::Person).await?;
    match &outcome {
        Outcome::Sent(_) | Outcome::Partly(_) => tx.channel_works(channel.channel.id).await?,
        Outcome::Broken(why) => {
            let failures = tx.channel_failed(channel.channel.id, Some(why), now).await?;
            tx.retry_channel_at(channel.channel.id, now + backoff(Failing::Broken, failures, None)).await?;
        }
        Outcome::Later { .. } | Outcome::Refused(_) => {}
    }
    tx.commit().await?;
    ops.channels.invalidate();
    ops.signals.send.notify_one();
    Ok(outcome)
}

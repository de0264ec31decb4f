//! Records the outcome of an attempt: sent, pending until the channel works again, or failed and handed over to the fallback.

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

/// Upper bound of a `Retry-After`, in milliseconds: a wrong one must not silence a channel.
const LONGEST_SILENCE: i64 = HOUR;

/// Writes the outcome to the rows of the claim and to the channel.
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
        Outcome::Gone(error) => {
            tracing::warn!(channel = name, "channel disabled: {error}");
            put_off(ops, channel, claim, (Failing::Broken, &error), None).await?;
            disable(ops, channel).await
        }
        Outcome::Partly(why) => {
            tracing::warn!(channel = name, notifications = claim.rows.len(), "sent to some recipients only: {why}");
            partly(ops, channel, claim, &why).await
        }
        Outcome::Refused(error) => {
            tracing::error!(channel = name, notifications = claim.rows.len(), "rejected by the provider: {error}");
            refused(ops, claim, &error).await
        }
    }
}

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

/// Returns the ids of new timeline entries, and of corrections that are due because the alert changed meanwhile.
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

/// For each alert `(alert, severity, is_alarm, is_end)` of the message; of several rows of one alert the last counts.
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

/// The correction, if the alert was resolved or reopened while the message was in flight.
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

/// Leaves the rows pending, and lets the channel back off, for at least `after` milliseconds if the provider requested it.
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

/// What it has queued goes to its fallback when the sender looks next.
async fn disable(ops: &Ops, channel: &LoadedChannel) -> Result<()> {
    let mut tx = ops.db.begin(Writer::Person).await?;
    tx.disable_channel(channel.channel.id, ops.now()).await?;
    tx.commit().await?;
    ops.channels.invalidate();
    ops.signals.send.notify_one();
    Ok(())
}

/// Some recipients have it: the channel works, and only this message is retried for the others, after 1 to 16 minutes.
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

/// Fails the rows, and hands them over to the fallback at once.
async fn refused(ops: &Ops, claim: &Claim, error: &str) -> Result<()> {
    // Deadlocks are possible: `mark_undelivered` and the workers lock alerts in different orders.
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

/// Sends a test message with the template of the channel. Success ends the backoff of a failing channel.
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
        Outcome::Gone(why) => {
            tx.channel_failed(channel.channel.id, Some(why), now).await?;
            tx.disable_channel(channel.channel.id, now).await?;
        }
        Outcome::Later { .. } | Outcome::Refused(_) => {}
    }
    tx.commit().await?;
    ops.channels.invalidate();
    ops.signals.send.notify_one();
    Ok(outcome)
}

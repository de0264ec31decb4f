//! Notifications that a failing channel could not send in time: handed over to its fallback, and given up after a day.

use app::types::Severity;

use crate::channels::LoadedChannel;
use crate::db::{Overdue, Result, Writer};
use crate::delivery::{GIVE_UP_AFTER, fallback_after};
use crate::ops::Ops;

const EXPIRED: &str = "the channel was failing for 24 h";

/// Copies overdue notifications of a failing channel to its fallback, at once if the channel is broken. The originals stay
/// pending for [`GIVE_UP_AFTER`]. Without a fallback the alerts may become undelivered.
pub async fn hand_on(ops: &Ops, channel: &LoadedChannel) -> Result<()> {
    if !channel.is_failing() {
        return Ok(());
    }
    let now = ops.now();
    let is_broken = channel.channel.broken_reason.is_some();
    let overdue = Overdue::at(now, |severity: Severity| if is_broken { 0 } else { fallback_after(severity) });
    let expired = now - GIVE_UP_AFTER;
    if !ops.db.is_overdue(channel.channel.id, overdue, expired).await? {
        return Ok(());
    }
    let why = format!("{} is failing", channel.channel.name);
    let handed = hand_all(ops, channel, overdue, &why).await?;
    let given_up = expire_all(ops, channel.channel.id, expired, (EXPIRED, &why)).await?;
    tracing::warn!(channel = channel.channel.name, handed, given_up, "escalated to the fallback channel");
    wake_sender(ops);
    Ok(())
}

/// Hands over in batches, to keep transactions short; returns the number of alerts.
async fn hand_all(ops: &Ops, channel: &LoadedChannel, overdue: Overdue, why: &str) -> Result<usize> {
    let mut handed = 0;
    loop {
        let mut tx = ops.db.begin(Writer::Person).await?;
        let (alerts, has_more) = tx.hand_to_fallback(channel.channel.id, overdue, ops.now()).await?;
        tx.mark_undelivered(&alerts, why).await?;
        tx.commit().await?;
        handed += alerts.len();
        if !has_more {
            return Ok(handed);
        }
    }
}

/// Fails notifications due since before `before` (Unix milliseconds), in batches; returns the number of alerts. `why` is the
/// reason of the rows, and that of undelivered alerts.
async fn expire_all(ops: &Ops, channel: i64, before: i64, why: (&str, &str)) -> Result<usize> {
    let mut given_up = 0;
    loop {
        let mut tx = ops.db.begin(Writer::Person).await?;
        let (alerts, has_more) = tx.expire_notifications(channel, before, why.0, ops.now()).await?;
        tx.mark_undelivered(&alerts, why.1).await?;
        tx.commit().await?;
        given_up += alerts.len();
        if !has_more {
            return Ok(given_up);
        }
    }
}

/// Hands all due notifications of a channel over to its fallback, and fails the originals.
pub async fn give_up_all(ops: &Ops, channel: &LoadedChannel, reason: &str) -> Result<()> {
    let (id, now) = (channel.channel.id, ops.now());
    let everything = Overdue { critical: now, other: now };
    if !ops.db.is_overdue(id, everything, now).await? {
        return Ok(());
    }
    hand_all(ops, channel, everything, reason).await?;
    let given_up = expire_all(ops, id, now, (reason, reason)).await?;
    tracing::error!(channel = channel.channel.name, notifications = given_up, "not sent: {reason}");
    wake_sender(ops);
    Ok(())
}

fn wake_sender(ops: &Ops) {
    ops.numbers.changed();
    ops.signals.send.notify_one();
}

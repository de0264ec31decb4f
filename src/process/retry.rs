//! Handles a failed attempt: retries it later or gives up.

use std::collections::BTreeMap;

use app::types::time::MINUTE;

use crate::db::{MAX_ATTEMPTS, MinuteStats, WorkItem, Writer};
use crate::ops::Ops;
use crate::provider::clean_text;

/// First backoff in milliseconds; each further one is four times as long.
const FIRST_WAIT: i64 = 2_000;

/// Longest stored error, in bytes.
const MAX_ERROR: usize = 2_000;

/// Schedules an event for another attempt, or fails it after the last one; stores the error.
pub async fn reschedule(ops: &Ops, event: &WorkItem, error: &anyhow::Error) {
    let attempt = event.attempt.attempts.max(1);
    let is_last = attempt >= MAX_ATTEMPTS;
    let wait = backoff(attempt, rand::random_range(-25..=25));
    let context = format!("event {} ({}), attempt {attempt}", event.id, event.event_type);
    if is_last {
        tracing::error!(
            event = event.id,
            source = event.webhook_source_id,
            "{context} failed, no attempts left: {error:#}"
        );
    } else {
        tracing::warn!(
            event = event.id,
            source = event.webhook_source_id,
            wait_ms = wait,
            "{context} failed: {error:#}"
        );
    }
    let due_at = (!is_last).then(|| ops.now() + wait);
    if let Err(error) = store(ops, event, due_at, &clean_text(&format!("{error:#}"), MAX_ERROR)).await {
        tracing::error!(event = event.id, "cannot release an event, its lease will expire: {error}");
    }
}

/// Postpones an event by a minute without spending an attempt: the cause is its source, not the event.
pub async fn postpone(ops: &Ops, event: &WorkItem, why: &str) {
    let now = ops.now();
    let put_off = async {
        let mut tx = ops.db.begin(Writer::Worker).await?;
        let held = (event.id, event.attempt);
        tx.postpone_event(held, now + MINUTE, &clean_text(why, MAX_ERROR), now).await?;
        tx.commit().await
    };
    if let Err(error) = put_off.await {
        tracing::error!(event = event.id, "cannot reschedule an event, its lease will expire: {error}");
    }
}

async fn store(ops: &Ops, event: &WorkItem, due_at: Option<i64>, error: &str) -> crate::db::Result<()> {
    let now = ops.now();
    let mut tx = ops.db.begin(Writer::Worker).await?;
    let was_ours = tx.release_event((event.id, event.attempt), due_at, error, now).await?;
    if was_ours && due_at.is_none() {
        let mut stats = BTreeMap::new();
        MinuteStats::at(&mut stats, now, event.webhook_source_id).failed += 1;
        tx.add_stats(&stats.into_values().collect::<Vec<_>>()).await?;
    }
    tx.commit().await?;
    if !was_ours {
        return Ok(());
    }
    let counter = if due_at.is_some() { &ops.metrics.jobs_retried } else { &ops.metrics.events_failed };
    counter.inc();
    Ok(())
}

/// Exponential backoff with ±25 % jitter.
const fn backoff(attempts: i64, jitter_percent: i64) -> i64 {
    let wait = FIRST_WAIT * 4_i64.pow(attempts.saturating_sub(1) as u32);
    wait + wait * jitter_percent / 100
}

#[cfg(test)]
mod tests {
    use super::backoff;

    #[test]
    fn waits_grow_and_scatter() {
        assert_eq!([backoff(1, 0), backoff(2, 0), backoff(3, 0)], [2_000, 8_000, 32_000]);
        assert_eq!([backoff(2, -25), backoff(2, 25)], [6_000, 10_000]);
    }
}

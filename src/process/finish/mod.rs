//! Commits the results of a batch: event status, alerts, roll-up and timeline in one transaction.
//!
//! `keyed` opens, repeats and resolves alerts with a key, and `subjects` holds these in memory; `again` handles
//! reprocessed events; `effects` collects what the transaction writes at its end.

mod again;
mod effects;
mod keyed;
mod subjects;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::Ordering;

use app::types::NotificationKind;

use super::webhook::MappedEvent;
use crate::db::{Attempt, NewAlert, Opened, Searched, Tx, Writer};
use crate::delivery::{ACKNOWLEDGED, RESOLVED_WHILE_HELD};
use crate::ops::Ops;
use crate::outbox;
use effects::{BatchEffects, Item, NotifiedAlert};

/// Most alerts of one event per transaction; a larger event is committed in parts.
const PART: usize = 1_000;

/// Commits a batch and returns the ids of its timeline steps. Skips events that another worker has claimed since.
pub async fn finish(ops: &Ops, events: &[MappedEvent]) -> crate::db::Result<Vec<i64>> {
    // Loaded before the transaction, so that within it only the database is awaited.
    ops.channels.list().await?;
    let mut ids = Vec::new();
    for event in events {
        let whole = items(&[event]);
        for part in whole[..last_part(event)].chunks(PART) {
            ids.extend(open_part(ops, part.to_vec()).await?);
        }
    }
    ids.extend(finish_batch(ops, events).await?);
    Ok(ids)
}

/// Position of the first draft of the last part, which is committed together with the event itself.
fn last_part(event: &MappedEvent) -> usize {
    // Reprocessing needs all drafts at once, to compare them with what the event produced before.
    if event.is_replay { 0 } else { event.drafts.len().saturating_sub(1) / PART * PART }
}

/// Commits a part of a large event before the event is finished. Retrying it is safe: a key records its newest message,
/// and an alert without a key is unique by event and position. At worst an occurrence is counted twice.
async fn open_part(ops: &Ops, items: Vec<Item<'_>>) -> crate::db::Result<Vec<i64>> {
    let mut effects = BatchEffects::new(ops.now());
    let mut tx = ops.db.begin(Writer::Worker).await?;
    open_all(&mut tx, items, &mut effects).await?;
    commit(ops, tx, effects).await
}

async fn finish_batch(ops: &Ops, events: &[MappedEvent]) -> crate::db::Result<Vec<i64>> {
    let mut effects = BatchEffects::new(ops.now());
    let mut tx = ops.db.begin(Writer::Worker).await?;
    let ours = fence(&mut tx, events, effects.now).await?;
    let ours: Vec<&MappedEvent> = events.iter().filter(|m| ours.contains(&m.id)).collect();
    let notes = ours.iter().filter_map(|event| Some((event.id, event.unreadable.as_deref()?)));
    tx.note_events(&notes.collect::<Vec<_>>()).await?;
    let mut left = items(&ours);
    left.retain(|item| item.position >= last_part(item.event) as i64);
    let left = again::apply(&mut tx, left, &mut effects).await?;
    open_all(&mut tx, left, &mut effects).await?;
    ours.iter().filter(|event| !event.is_replay).for_each(|event| effects.record_latency(event));
    tx.queue_search(Searched::Event, &ours.iter().map(|event| event.id).collect::<Vec<_>>()).await?;
    let (count, now) = (ours.len() as u64, effects.now);
    let ids = commit(ops, tx, effects).await?;
    ops.metrics.events_processed.inc_by(count);
    ours.iter().filter(|event| !event.is_replay).for_each(|event| ops.metrics.record_event(now - event.created_at));
    ops.metrics.last_job_at.store(now, Ordering::Relaxed);
    Ok(ids)
}

/// Writes the collected effects, commits, and wakes sender and indexer; returns the ids of the timeline steps.
async fn commit(ops: &Ops, mut tx: Tx, effects: BatchEffects) -> crate::db::Result<Vec<i64>> {
    tx.queue_search(Searched::Alert, &effects.alerts_to_index()).await?;
    tx.add_stats(&effects.stats.into_values().collect::<Vec<_>>()).await?;
    tx.cancel_alerts(&effects.acknowledged, true, ACKNOWLEDGED, effects.now).await?;
    tx.cancel_alerts(&effects.resolved, false, RESOLVED_WHILE_HELD, effects.now).await?;
    let due = outbox::write(&mut tx, &ops.channels.cached(), &effects.requests, effects.now).await?;
    let ids = tx.insert_activity(&effects.steps).await?;
    tx.commit().await?;
    ops.signals.wake_sender(&due);
    ops.signals.index.notify_one();
    Ok(ids)
}

/// Marks the events processed and returns those still claimed by us (fencing); one statement per attempt number.
async fn fence(tx: &mut Tx, events: &[MappedEvent], now: i64) -> crate::db::Result<HashSet<i64>> {
    let mut by_attempt: BTreeMap<Attempt, Vec<i64>> = BTreeMap::new();
    for event in events {
        by_attempt.entry(event.attempt).or_default().push(event.id);
    }
    let mut ours = HashSet::with_capacity(events.len());
    for (attempt, ids) in by_attempt {
        ours.extend(tx.finish_events(&ids, attempt, now).await?);
    }
    Ok(ours)
}

/// The drafts of a batch, in event order.
fn items<'a>(events: &[&'a MappedEvent]) -> Vec<Item<'a>> {
    let of = |event: &&'a MappedEvent| {
        let event = *event;
        event.drafts.iter().enumerate().map(move |(i, draft)| Item { event, position: i as i64, draft })
    };
    events.iter().flat_map(of).collect()
}

/// Inserts alerts without a key, which are always new, and applies the drafts with a key.
async fn open_all(tx: &mut Tx, items: Vec<Item<'_>>, effects: &mut BatchEffects) -> crate::db::Result<()> {
    let (keyed, plain): (Vec<Item<'_>>, Vec<Item<'_>>) = items.into_iter().partition(|item| item.draft.key.is_some());
    let alerts: Vec<NewAlert> = plain.iter().map(|item| item.alert(item.draft.severity)).collect();
    let place = |opened: Opened| ((opened.webhook_event_id, opened.position), opened.id);
    let opened: HashMap<_, i64> = tx.insert_alerts(&alerts).await?.into_iter().map(place).collect();
    for item in &plain {
        if let Some(id) = opened.get(&(Some(item.event.id), item.position)) {
            effects.add_opened(item, *id, item.draft.severity);
            effects.notify(item, *id, NotificationKind::Opened, &NotifiedAlert::new(item.draft.severity));
        }
    }
    keyed::apply(tx, keyed, effects).await
}

//! Committing what a batch means: event processed, alerts, roll-up and timeline in one transaction.
//!
//! `keyed` opens, repeats and closes alerts that have a key; `again` is for events that are replayed; `steps` collects what the
//! transaction adds at its end.

mod again;
mod keyed;
mod steps;
mod subjects;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::Ordering;

use app::types::NotificationKind;

use super::webhook::Meaning;
use crate::db::{Attempt, NewAlert, Opened, Searched, Tx, Writer};
use crate::delivery::{ACKNOWLEDGED, RESOLVED_WHILE_HELD};
use crate::ops::Ops;
use crate::queue::Lane;
use steps::{Item, Steps, Told};

/// Alerts of one delivery that a transaction takes.
const PART: usize = 1_000;

/// Commits a batch and returns the ids of its timeline steps. Events that another worker took are left alone.
pub async fn finish(ops: &Ops, meanings: &[Meaning]) -> crate::db::Result<Vec<i64>> {
    // Read before the transactions: in one only the database is waited for.
    ops.channels.list().await?;
    let mut ids = Vec::new();
    for meaning in meanings {
        let whole = items(&[meaning]);
        for part in whole[..last_part(meaning)].chunks(PART) {
            ids.extend(open_part(ops, part.to_vec()).await?);
        }
    }
    ids.extend(finish_batch(ops, meanings).await?);
    Ok(ids)
}

/// Where the last part of a delivery begins, which is committed with the event itself.
fn last_part(meaning: &Meaning) -> usize {
    // A replay looks at all that the event made before.
    if meaning.is_replay { 0 } else { meaning.drafts.len().saturating_sub(1) / PART * PART }
}

/// A part of a large delivery, before its event is finished. Done twice it changes nothing: a key knows the message, and an
/// alert without one its place in the event.
async fn open_part(ops: &Ops, items: Vec<Item<'_>>) -> crate::db::Result<Vec<i64>> {
    let mut steps = Steps::new(ops.now());
    let mut tx = ops.db.begin(Writer::Worker).await?;
    open_all(&mut tx, items, &mut steps).await?;
    commit(ops, tx, steps).await
}

async fn finish_batch(ops: &Ops, meanings: &[Meaning]) -> crate::db::Result<Vec<i64>> {
    let mut steps = Steps::new(ops.now());
    let mut tx = ops.db.begin(Writer::Worker).await?;
    let ours = fence(&mut tx, meanings, steps.now).await?;
    let ours: Vec<&Meaning> = meanings.iter().filter(|m| ours.contains(&m.id)).collect();
    let notes = ours.iter().filter_map(|meaning| Some((meaning.id, meaning.unreadable.as_deref()?)));
    tx.note_events(&notes.collect::<Vec<_>>()).await?;
    let mut left = items(&ours);
    left.retain(|item| item.position >= last_part(item.meaning) as i64);
    let left = again::apply(&mut tx, left, &mut steps).await?;
    open_all(&mut tx, left, &mut steps).await?;
    ours.iter().filter(|meaning| !meaning.is_replay).for_each(|meaning| steps.took(meaning));
    tx.queue_search(Searched::Event, &ours.iter().map(|meaning| meaning.id).collect::<Vec<_>>()).await?;
    let (count, now) = (ours.len() as u64, steps.now);
    let ids = commit(ops, tx, steps).await?;
    ops.metrics.events_processed.fetch_add(count, Ordering::Relaxed);
    ops.metrics.last_job_at.store(now, Ordering::Relaxed);
    Ok(ids)
}

/// Writes what the steps collected, and commits.
async fn commit(ops: &Ops, mut tx: Tx, steps: Steps) -> crate::db::Result<Vec<i64>> {
    tx.queue_search(Searched::Alert, &steps.alerts_to_index()).await?;
    tx.add_stats(&steps.stats.into_values().collect::<Vec<_>>()).await?;
    tx.cancel_alerts(&steps.acknowledged, true, ACKNOWLEDGED, steps.now).await?;
    tx.cancel_alerts(&steps.resolved, false, RESOLVED_WHILE_HELD, steps.now).await?;
    let due = ops.channels.write_due(&mut tx, &steps.requests, steps.now).await?;
    let ids = tx.insert_activity(&steps.steps).await?;
    tx.commit().await?;
    ops.queue.push(Lane::Notifications, &due);
    ops.to_index.notify_one();
    Ok(ids)
}

/// Marks the batch processed and returns what was still ours; one statement for each kind of attempt in it.
async fn fence(tx: &mut Tx, meanings: &[Meaning], now: i64) -> crate::db::Result<HashSet<i64>> {
    let mut by_attempt: BTreeMap<Attempt, Vec<i64>> = BTreeMap::new();
    for meaning in meanings {
        by_attempt.entry(meaning.attempt).or_default().push(meaning.id);
    }
    let mut ours = HashSet::with_capacity(meanings.len());
    for (attempt, ids) in by_attempt {
        ours.extend(tx.finish_events(&ids, attempt, now).await?);
    }
    Ok(ours)
}

/// The drafts of a batch, in the order of their events.
fn items<'a>(meanings: &[&'a Meaning]) -> Vec<Item<'a>> {
    let of = |meaning: &&'a Meaning| {
        let meaning = *meaning;
        meaning.drafts.iter().enumerate().map(move |(i, draft)| Item { meaning, position: i as i64, draft })
    };
    meanings.iter().flat_map(of).collect()
}

/// Alerts without a key are all new.
async fn open_all(tx: &mut Tx, items: Vec<Item<'_>>, steps: &mut Steps) -> crate::db::Result<()> {
    let (keyed, plain): (Vec<Item<'_>>, Vec<Item<'_>>) = items.into_iter().partition(|item| item.draft.key.is_some());
    let alerts: Vec<NewAlert> = plain.iter().map(|item| item.alert(item.draft.severity)).collect();
    let place = |opened: Opened| ((opened.webhook_event_id, opened.position), opened.id);
    let opened: HashMap<_, i64> = tx.insert_alerts(&alerts).await?.into_iter().map(place).collect();
    for item in &plain {
        if let Some(id) = opened.get(&(Some(item.meaning.id), item.position)) {
            steps.add_opened(item, *id, item.draft.severity);
            steps.tell(item, *id, NotificationKind::Opened, &Told::new(item.draft.severity));
        }
    }
    keyed::apply(tx, keyed, steps).await
}

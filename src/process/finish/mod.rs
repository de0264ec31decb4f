//! Committing what a batch means: event processed, alerts, roll-up and timeline in one transaction.
//!
//! `keyed` opens, repeats and closes alerts that have a key; `again` is for events that are replayed; `steps` collects what the transaction adds at its end.

mod again;
mod keyed;
mod steps;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::Ordering;

use app::types::NotificationKind;

use super::webhook::Meaning;
use crate::db::{Attempt, NewAlert, Opened, Searched, Tx, Writer};
use crate::ops::Ops;
use crate::queue::Lane;
use steps::{Item, Steps};

/// Commits a batch and returns the ids of its timeline steps. Events that another worker took are left alone.
pub async fn finish(ops: &Ops, meanings: &[Meaning]) -> crate::db::Result<Vec<i64>> {
    let now = ops.now();
    // Read before the transaction: in one only the database is waited for.
    ops.channels.list().await?;
    let mut tx = ops.db.begin(Writer::Worker).await?;
    let ours = fence(&mut tx, meanings, now).await?;
    let ours: Vec<&Meaning> = meanings.iter().filter(|m| ours.contains(&m.id)).collect();
    for meaning in &ours {
        if let Some(reason) = &meaning.unreadable {
            tx.note_event(meaning.id, reason).await?;
        }
    }
    let mut steps = Steps::new(now);
    let left = again::apply(&mut tx, items(&ours), &mut steps).await?;
    open_all(&mut tx, left, &mut steps).await?;
    ours.iter().filter(|meaning| !meaning.is_replay).for_each(|meaning| steps.took(meaning));
    tx.queue_search(Searched::Event, &ours.iter().map(|meaning| meaning.id).collect::<Vec<_>>()).await?;
    tx.queue_search(Searched::Alert, &steps.alerts_to_index()).await?;
    tx.add_stats(&steps.stats.into_values().collect::<Vec<_>>()).await?;
    let due = ops.channels.write_due(&mut tx, &steps.tells, now).await?;
    let ids = tx.insert_activity(&steps.steps).await?;
    tx.commit().await?;
    ops.queue.push(Lane::Notifications, &due);
    ops.to_index.notify_one();
    ops.metrics.events_processed.fetch_add(ours.len() as u64, Ordering::Relaxed);
    ops.metrics.last_job_at.store(now, Ordering::Relaxed);
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

/// Alerts without a key are all new and go in together; keyed ones one by one, in the order of their keys,
/// so that two nodes lock them in the same order, and within a key in the order of arrival.
async fn open_all(tx: &mut Tx, items: Vec<Item<'_>>, steps: &mut Steps) -> crate::db::Result<()> {
    let (mut keyed, plain): (Vec<Item<'_>>, Vec<Item<'_>>) =
        items.into_iter().partition(|item| item.draft.key.is_some());
    let alerts: Vec<NewAlert> = plain.iter().map(|item| item.alert(item.draft.severity)).collect();
    let place = |opened: Opened| ((opened.webhook_event_id, opened.position), opened.id);
    let opened: HashMap<_, i64> = tx.insert_alerts(&alerts).await?.into_iter().map(place).collect();
    for item in &plain {
        if let Some(id) = opened.get(&(Some(item.meaning.id), item.position)) {
            steps.add_opened(item, *id, item.draft.severity);
            steps.tell(item, *id, NotificationKind::Opened);
        }
    }
    keyed.sort_by_cached_key(|item| (item.key(), item.meaning.id));
    for item in &keyed {
        keyed::apply(tx, item, steps).await?;
    }
    Ok(())
}

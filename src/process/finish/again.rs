//! Events that are replayed: what they made is said anew by today's mapping, and nothing is opened twice.

use std::collections::{BTreeSet, HashMap};

use app::types::ActivityKind;

use super::steps::{Item, Steps};
use crate::db::{Made, Result, Tx};

/// Takes the drafts of replayed events that made something before, and returns the rest, which are as new.
pub async fn apply<'a>(tx: &mut Tx, items: Vec<Item<'a>>, steps: &mut Steps) -> Result<Vec<Item<'a>>> {
    let (replayed, mut rest): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| item.meaning.is_replay);
    if replayed.is_empty() {
        return Ok(rest);
    }
    let events: BTreeSet<i64> = replayed.iter().map(|item| item.meaning.id).collect();
    let mut made: HashMap<i64, Vec<Made>> = HashMap::new();
    for one in tx.list_made(&events.into_iter().collect::<Vec<_>>()).await? {
        made.entry(one.event_id).or_default().push(one);
    }
    let (mut told, mut remapped) = (BTreeSet::new(), Vec::new());
    for item in replayed {
        let mine = made.get(&item.meaning.id).map_or(&[][..], Vec::as_slice);
        match mine.iter().find(|made| made.position == Some(item.position)) {
            Some(made) => {
                remapped.push((made.alert_id, item.alert(item.draft.severity)));
                steps.add_step(&item, made.alert_id, ActivityKind::Replayed);
            }
            // It only touched alerts of others: they are told once, and stay as they are.
            None if mine.iter().any(|made| made.position.is_none()) => {
                for made in mine.iter().filter(|made| made.position.is_none()) {
                    if told.insert((made.event_id, made.alert_id)) {
                        steps.add_step(&item, made.alert_id, ActivityKind::Replayed);
                    }
                }
            }
            None => rest.push(item),
        }
    }
    tx.remap_alerts(&remapped, steps.now).await?;
    Ok(rest)
}

//! Reprocessed events: their alerts are updated by today's mapping, and nothing is opened twice.

use std::collections::{BTreeSet, HashMap};

use app::types::{ActivityKind, NotificationKind};

use super::effects::{BatchEffects, Item};
use crate::db::{EventAlertLink, NewAlert, Result, Tx};

/// Handles the drafts of reprocessed events that produced alerts before; returns the rest, which are treated as new.
pub async fn apply<'a>(tx: &mut Tx, items: Vec<Item<'a>>, effects: &mut BatchEffects) -> Result<Vec<Item<'a>>> {
    let (replayed, mut rest): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| item.event.is_replay);
    if replayed.is_empty() {
        return Ok(rest);
    }
    let events: BTreeSet<i64> = replayed.iter().map(|item| item.event.id).collect();
    let mut made: HashMap<i64, Vec<EventAlertLink>> = HashMap::new();
    for one in tx.list_event_alerts(&events.into_iter().collect::<Vec<_>>()).await? {
        made.entry(one.event_id).or_default().push(one);
    }
    let (mut told, mut remapped) = (BTreeSet::new(), Vec::new());
    for item in replayed {
        let mine = made.get(&item.event.id).map_or(&[][..], Vec::as_slice);
        match mine.iter().find(|made| made.position == Some(item.position)) {
            Some(made) => {
                remapped.push((made.alert_id, item.alert(item.draft.severity)));
                effects.add_step(&item, made.alert_id, ActivityKind::Replayed);
            }
            // The event only changed alerts that other events opened: each gets one step in its timeline and stays as
            // it is.
            None if mine.iter().any(|made| made.position.is_none()) => {
                for made in mine.iter().filter(|made| made.position.is_none()) {
                    if told.insert((made.event_id, made.alert_id)) {
                        effects.add_step(&item, made.alert_id, ActivityKind::Replayed);
                    }
                }
            }
            None => rest.push(item),
        }
    }
    remap(tx, &remapped, effects).await?;
    Ok(rest)
}

/// Updates the alerts. A notice that today's mapping makes a problem is notified as if it were new.
async fn remap(tx: &mut Tx, remapped: &[(i64, NewAlert)], effects: &mut BatchEffects) -> Result<()> {
    let problems: Vec<i64> = remapped.iter().filter(|(_, alert)| !alert.is_notice).map(|(id, _)| *id).collect();
    let found = tx.list_notices(&problems).await?;
    tx.remap_alerts(remapped, effects.now).await?;
    let requests =
        tx.list_for_notification(&found).await?.into_iter().map(|alert| alert.request(NotificationKind::Opened));
    effects.requests.extend(requests);
    Ok(())
}

//! Alerts with a deduplication key: a batch is read at once, decided in memory by `process::lifecycle`, and written at
//! once.
//!
//! The rows of `alert_keys` are locked first, in key order, so that two nodes never process one key at the same time.

use std::collections::{BTreeSet, HashMap};

use app::types::{ActivityKind, AlertState, NotificationKind};

use super::effects::{BatchEffects, Item, NotifiedAlert};
use super::subjects::{Subjects, key_of};
use crate::db::{NewAlert, Result, Tx};
use crate::process::lifecycle::{Effect, Key, Subject, apply as apply_message};

/// The effect of a message on one of the batch's alerts.
struct Applied<'a> {
    item: Item<'a>,
    effect: Effect,
    /// The state of the key right after the message.
    key: Key,
    /// Index in [`Subjects`].
    alert: Option<usize>,
}

/// Applies the keyed drafts of a batch, ordered by key and position, and collects their effects.
pub async fn apply(tx: &mut Tx, mut items: Vec<Item<'_>>, effects: &mut BatchEffects) -> Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    items.sort_by_cached_key(|item| (item.key(), item.message().position));
    let keys: Vec<String> = items.iter().map(Item::key).collect::<BTreeSet<_>>().into_iter().collect();
    let mut known: HashMap<String, Key> = HashMap::with_capacity(keys.len());
    let mut subjects = Subjects::default();
    let rows = tx.lock_keys(&keys, effects.now).await?;
    let muted: HashMap<String, i64> =
        rows.iter().filter_map(|row| Some((row.dedup_key.clone(), row.muted_until?))).collect();
    known.extend(rows.iter().map(|row| (row.dedup_key.clone(), key_of(row))));
    for row in tx.lock_subjects(&keys).await? {
        if let Some(key) = known.get_mut(&row.dedup_key) {
            key.subject = Some(subjects.add_known(row));
        }
    }
    let applied = decide(&items, &mut known, &mut subjects);
    write(tx, &applied, &known, &mut subjects, &muted, effects.now).await?;
    applied.iter().for_each(|applied| collect_effects(applied, &subjects, &muted, effects));
    Ok(())
}

fn decide<'a>(items: &[Item<'a>], known: &mut HashMap<String, Key>, subjects: &mut Subjects<'a>) -> Vec<Applied<'a>> {
    let mut applied = Vec::with_capacity(items.len());
    for item in items {
        let name = item.key();
        let key = known.entry(name.clone()).or_default();
        let effect = apply_message(key, &item.message());
        let alert = match (effect, key.subject) {
            (Effect::Opened, Some(subject)) => Some(subjects.add_new(*item, name, subject)),
            (_, Some(subject)) => subjects.change(&name, subject),
            (_, None) => None,
        };
        applied.push(Applied { item: *item, effect, key: *key, alert });
    }
    applied
}

async fn write(
    tx: &mut Tx,
    applied: &[Applied<'_>],
    known: &HashMap<String, Key>,
    subjects: &mut Subjects<'_>,
    muted: &HashMap<String, i64>,
    now: i64,
) -> Result<()> {
    let noted: Vec<(String, String)> = applied
        .iter()
        .map(|applied| applied.item.key())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .filter_map(|name| Some((serde_json::to_string(&known.get(&name)?.newest).ok()?, name)))
        .map(|(newest, name)| (name, newest))
        .collect();
    tx.write_keys(&noted).await?;
    // Write resolved alerts before new ones: a key may have only one open alert (unique index).
    tx.write_subjects(&subjects.changed(), now).await?;
    let new: Vec<NewAlert> = subjects.new_alerts(muted);
    subjects.found(tx.insert_alerts(&new).await?);
    let nothing_open = |applied: &&Applied<'_>| applied.effect == Effect::NothingOpen;
    let events: BTreeSet<i64> = applied.iter().filter(nothing_open).map(|applied| applied.item.event.id).collect();
    tx.note_events(&events.into_iter().map(|id| (id, NOTHING_OPEN)).collect::<Vec<_>>()).await
}

/// Noted on an event that resolves or acknowledges an alert that does not exist.
const NOTHING_OPEN: &str = "nothing was open";

fn collect_effects(
    applied: &Applied<'_>,
    subjects: &Subjects<'_>,
    muted: &HashMap<String, i64>,
    effects: &mut BatchEffects,
) {
    let Applied { item, effect, key, alert } = applied;
    let (Some(id), Some(subject)) = (alert.and_then(|alert| subjects.id(alert)), key.subject) else { return };
    let Subject { severity, episode, .. } = subject;
    // Notifications report the state at the end of the batch.
    let state = alert.and_then(|alert| subjects.state(alert)).unwrap_or(subject.state);
    let is_new = *effect == Effect::Opened;
    let told = NotifiedAlert { state, severity, episode, is_new, muted_until: muted.get(&item.key()).copied() };
    match effect {
        Effect::Opened => {
            effects.add_opened(item, id, item.draft.severity);
            match subject.state {
                AlertState::Open => {}
                AlertState::Acknowledged => effects.add_step(item, id, ActivityKind::Acknowledged),
                AlertState::Resolved => effects.add_step(item, id, ActivityKind::Resolved),
            }
            effects.notify(item, id, NotificationKind::Opened, &told);
        }
        Effect::Repeated => {
            effects.add_step(item, id, ActivityKind::Repeated);
            effects.notify(item, id, NotificationKind::Repeated, &told);
        }
        Effect::Reopened { is_news } => {
            let kind = if *is_news { NotificationKind::Opened } else { NotificationKind::Repeated };
            effects.add_step(item, id, ActivityKind::Reopened);
            effects.notify(item, id, kind, &told);
        }
        Effect::OpenedLate => {
            effects.add_late(item, id);
            effects.notify(item, id, NotificationKind::Opened, &told);
        }
        Effect::Resolved => {
            effects.add_step(item, id, ActivityKind::Resolved);
            effects.resolved.push(id);
            effects.notify(item, id, NotificationKind::Resolved, &told);
        }
        Effect::Acknowledged => {
            effects.add_step(item, id, ActivityKind::Acknowledged);
            effects.acknowledged.push(id);
        }
        Effect::Unacknowledged => {
            effects.add_step(item, id, ActivityKind::Reopened);
            // The acknowledge cancelled the pending notification, which is due after all.
            effects.notify(item, id, NotificationKind::Opened, &told);
        }
        Effect::Late => effects.add_late(item, id),
        Effect::Unchanged | Effect::NothingOpen => {}
    }
}

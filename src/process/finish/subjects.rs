//! The alerts that a batch opens or changes.

use std::collections::HashMap;
use std::str::FromStr;

use app::types::{AlertState, Severity};

use super::effects::Item;
use crate::db::{KeyRow, NewAlert, Opened, SubjectRow};
use crate::process::lifecycle::{Key, Newest, Position, Subject};

/// The alerts of a batch: stored ones, then new ones in order. The last one added for a key is its newest.
#[derive(Default)]
pub struct Subjects<'a> {
    all: Vec<One<'a>>,
    newest: HashMap<String, usize>,
}

struct One<'a> {
    key: String,
    subject: Subject,
    /// `None` until it is stored.
    id: Option<i64>,
    /// The draft that opened it in this batch.
    opened_by: Option<Item<'a>>,
    is_changed: bool,
}

impl<'a> Subjects<'a> {
    /// Adds an alert that is already stored.
    pub fn add_known(&mut self, row: SubjectRow) -> Subject {
        let subject = Subject {
            state: AlertState::from_str(&row.state).unwrap_or(AlertState::Open),
            severity: Severity::from_str(&row.severity).unwrap_or(Severity::Warning),
            is_read: row.is_read,
            occurrences: row.occurrences,
            last_seen_at: row.last_seen_at,
            episode: row.episode,
            ended_at: row.ended_at,
        };
        self.add(One { key: row.dedup_key, subject, id: Some(row.id), opened_by: None, is_changed: false });
        subject
    }

    /// Adds an alert opened by a draft; returns its index.
    pub fn add_new(&mut self, item: Item<'a>, key: String, subject: Subject) -> usize {
        self.add(One { key, subject, id: None, opened_by: Some(item), is_changed: true })
    }

    fn add(&mut self, one: One<'a>) -> usize {
        self.newest.insert(one.key.clone(), self.all.len());
        self.all.push(one);
        self.all.len() - 1
    }

    /// Updates the newest alert of a key; returns its index, or `None` if the key has no alert.
    pub fn change(&mut self, key: &str, subject: Subject) -> Option<usize> {
        let at = *self.newest.get(key)?;
        let one = self.all.get_mut(at)?;
        one.is_changed |= one.subject != subject;
        one.subject = subject;
        Some(at)
    }

    /// Stored alerts that changed, ordered by id.
    pub fn changed(&self) -> Vec<SubjectRow> {
        let row = |one: &One<'_>| {
            let Subject { state, severity, is_read, occurrences, last_seen_at, episode, ended_at } = one.subject;
            let (state, severity) = (state.to_string(), severity.to_string());
            let dedup_key = one.key.clone();
            let id = one.id.filter(|_| one.is_changed)?;
            Some(SubjectRow { id, dedup_key, state, severity, is_read, occurrences, last_seen_at, episode, ended_at })
        };
        let mut rows: Vec<SubjectRow> = self.all.iter().filter_map(row).collect();
        rows.sort_unstable_by_key(|row| row.id);
        rows
    }

    /// Alerts to insert, with the mute of their key.
    pub fn new_alerts(&self, muted: &HashMap<String, i64>) -> Vec<NewAlert> {
        let alert = |one: &One<'a>| {
            let item = one.opened_by?;
            Some(NewAlert {
                dedup_key: Some(one.key.clone()),
                state: one.subject.state,
                episode: one.subject.episode,
                ended_at: one.subject.ended_at,
                occurrences: one.subject.occurrences,
                muted_until: muted.get(&one.key).copied(),
                seen_at: item.event.created_at,
                ..item.alert(one.subject.severity)
            })
        };
        self.all.iter().filter_map(alert).collect()
    }

    /// Records the ids of the inserted alerts.
    pub fn found(&mut self, opened: Vec<Opened>) {
        let ids: HashMap<_, i64> =
            opened.into_iter().map(|opened| ((opened.webhook_event_id, opened.position), opened.id)).collect();
        for one in &mut self.all {
            if let Some(item) = one.opened_by {
                one.id = ids.get(&(Some(item.event.id), item.position)).copied();
            }
        }
    }

    /// The alert's id; `None` until it is stored.
    pub fn id(&self, at: usize) -> Option<i64> {
        self.all.get(at)?.id
    }

    /// The state at the end of the batch.
    pub fn state(&self, at: usize) -> Option<AlertState> {
        Some(self.all.get(at)?.subject.state)
    }
}

/// The state of a key. For a row written by an earlier version it is derived from the provider's timestamps.
pub fn key_of(row: &KeyRow) -> Key {
    let read = row.newest.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let before = || Newest {
        opened: Position(row.opened_at, 0, 0),
        resolved: Position(row.resolved_at, 0, 0),
        ..Newest::default()
    };
    Key { newest: read.unwrap_or_else(before), subject: None }
}

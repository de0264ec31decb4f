//! What a batch leaves behind: the steps of timelines and the counts of the roll-up.

use std::collections::BTreeMap;

use app::types::{ActivityKind, AlertState, NotificationKind, Severity};
use serde_json::{Map, Value};

use crate::channels::Tell;
use crate::db::{MinuteStats, NewActivity, NewAlert, Opened};
use crate::process::webhook::Meaning;
use crate::provider::Draft;

/// One draft of one event, by reference.
#[derive(Clone, Copy)]
pub struct Item<'a> {
    pub meaning: &'a Meaning,
    pub position: i64,
    pub draft: &'a Draft,
}

/// What the transaction will add at its end.
pub struct Steps {
    pub now: i64,
    pub steps: Vec<NewActivity>,
    pub stats: BTreeMap<(i64, i64), MinuteStats>,
    /// What people are to be told.
    pub tells: Vec<Tell>,
}

impl Item<'_> {
    /// A key belongs to its source.
    pub fn key(&self) -> String {
        format!("{}:{}", self.meaning.source.id, self.draft.key.as_deref().unwrap_or_default())
    }

    /// When it happened: by the provider's clock where it says so, but never after it was received.
    pub fn at(&self) -> i64 {
        self.draft.at.map_or(self.meaning.created_at, |at| at.min(self.meaning.created_at))
    }

    /// An alert of its own, without a key.
    pub fn alert(&self, severity: Severity) -> NewAlert {
        NewAlert {
            webhook_event_id: self.meaning.id,
            position: self.position,
            webhook_source_id: self.meaning.source.id,
            title: self.draft.title.clone(),
            message: self.draft.message.clone(),
            severity,
            metadata: self.draft.metadata.clone(),
            dedup_key: None,
            state: AlertState::Open,
            seen_at: self.meaning.created_at,
        }
    }

    /// Whether this draft is what opened it.
    pub fn is_opened_as(&self, opened: &Opened) -> bool {
        opened.webhook_event_id == Some(self.meaning.id) && opened.position == self.position
    }

    /// What explains the mapping later.
    fn detail(&self) -> Map<String, Value> {
        let mut detail = Map::new();
        detail.extend(self.draft.rule.clone().map(|rule| ("rule".to_owned(), rule.into())));
        detail.extend(self.draft.fallback.clone().map(|reason| ("fallback".to_owned(), reason.into())));
        detail
    }
}

impl Steps {
    /// Nothing yet.
    pub const fn new(now: i64) -> Self {
        Self { now, steps: Vec::new(), stats: BTreeMap::new(), tells: Vec::new() }
    }

    /// An alert that is new counts in the roll-up; a repeat of it does not.
    pub fn add_opened(&mut self, item: &Item<'_>, alert_id: i64, severity: Severity) {
        self.add_step(item, alert_id, ActivityKind::Opened);
        let row = MinuteStats::at(&mut self.stats, item.meaning.created_at, item.meaning.source.id);
        match severity {
            Severity::Info => row.info += 1,
            Severity::Warning => row.warning += 1,
            Severity::Error => row.error += 1,
            Severity::Critical => row.critical += 1,
        }
    }

    /// Has people told of an alert.
    pub fn tell(&mut self, item: &Item<'_>, alert_id: i64, kind: NotificationKind) {
        let source = item.meaning.source.slug.clone();
        self.tells.push(Tell { alert_id, kind, severity: item.draft.severity, source });
    }

    /// Adds a step to the timeline of an alert.
    pub fn add_step(&mut self, item: &Item<'_>, alert_id: i64, kind: ActivityKind) {
        self.steps.push(NewActivity {
            alert_id,
            webhook_event_id: Some(item.meaning.id),
            kind,
            actor: item.meaning.source.slug.clone(),
            detail: item.detail(),
            created_at: self.now,
        });
    }

    /// Alerts whose words are new or others than before.
    pub fn alerts_to_index(&self) -> Vec<i64> {
        let is_new = |step: &&NewActivity| matches!(step.kind, ActivityKind::Opened | ActivityKind::Replayed);
        self.steps.iter().filter(is_new).map(|step| step.alert_id).collect()
    }

    /// Counts how long an event waited and was worked on.
    pub fn took(&mut self, meaning: &Meaning) {
        let row = MinuteStats::at(&mut self.stats, meaning.created_at, meaning.source.id);
        row.took_ms += (self.now - meaning.created_at).max(0);
        row.took_count += 1;
    }
}

//! The effects of a batch: timeline steps, counts and notification requests.

use std::collections::BTreeMap;

use app::types::{ActivityKind, AlertState, NotificationKind, Severity};
use serde_json::{Map, Value};

use crate::db::{MinuteStats, NewActivity, NewAlert};
use crate::delivery::NotificationRequest;
use crate::process::lifecycle::{Message, Position};
use crate::process::webhook::MappedEvent;
use crate::provider::{Action, Draft, Kind, Order};

/// One draft of one event, by reference.
#[derive(Clone, Copy)]
pub struct Item<'a> {
    pub event: &'a MappedEvent,
    /// Index of the draft within its event.
    pub position: i64,
    pub draft: &'a Draft,
}

/// What the transaction writes at its end.
pub struct BatchEffects {
    /// Time of the transaction, Unix milliseconds.
    pub now: i64,
    /// Timeline steps, in order.
    pub steps: Vec<NewActivity>,
    /// Counts to add, by minute and source.
    pub stats: BTreeMap<(i64, i64), MinuteStats>,
    /// Notification requests, in order.
    pub requests: Vec<NotificationRequest>,
    /// Alerts that the provider acknowledged, and alerts that were resolved.
    pub acknowledged: Vec<i64>,
    pub resolved: Vec<i64>,
}

/// The alert that a notification is about.
pub struct NotifiedAlert {
    pub state: AlertState,
    pub severity: Severity,
    pub episode: i64,
    pub is_new: bool,
    /// End of the mute of its key, Unix milliseconds.
    pub muted_until: Option<i64>,
}

impl NotifiedAlert {
    /// A new, open alert without a key.
    pub const fn new(severity: Severity) -> Self {
        Self { state: AlertState::Open, severity, episode: 0, is_new: true, muted_until: None }
    }
}

impl Item<'_> {
    /// The deduplication key, prefixed with the source id.
    pub fn key(&self) -> String {
        format!("{}:{}", self.event.source.id, self.draft.key.as_deref().unwrap_or_default())
    }

    /// Time of occurrence in Unix milliseconds: the provider's timestamp if there is one, but never later than the
    /// time of receipt.
    pub fn at(&self) -> i64 {
        self.draft.at.map_or(self.event.created_at, |at| at.min(self.event.created_at))
    }

    /// The draft as a lifecycle message. A snapshot describes the state at its receipt; otherwise the provider's time
    /// counts.
    pub fn message(&self) -> Message {
        let (at, received_at) = (self.at(), self.event.created_at);
        let clock = match self.event.source.pack.mapper.order {
            Order::Event => at,
            Order::Received => received_at,
        };
        let position = Position(clock, self.event.id, self.position);
        Message { position, action: self.draft.action, severity: self.draft.severity, at, received_at }
    }

    /// The row to insert for this draft: open, and without a key.
    pub fn alert(&self, severity: Severity) -> NewAlert {
        NewAlert {
            webhook_event_id: self.event.id,
            position: self.position,
            webhook_source_id: self.event.source.id,
            title: self.draft.title.clone(),
            message: self.draft.message.clone(),
            severity,
            metadata: self.draft.metadata.clone(),
            dedup_key: None,
            // An end or an acknowledgement whose key is empty belongs to no alert, and is no problem of its own.
            is_notice: self.draft.kind == Kind::Notice || self.draft.action != Action::Open,
            state: AlertState::Open,
            episode: 0,
            ended_at: 0,
            occurrences: 1,
            muted_until: None,
            seen_at: self.event.created_at,
        }
    }

    /// Details that explain the mapping in the timeline.
    fn detail(&self) -> Map<String, Value> {
        let mut detail = Map::new();
        detail.extend(self.draft.rule.clone().map(|rule| ("rule".to_owned(), rule.into())));
        detail.extend(self.draft.fallback.clone().map(|reason| ("fallback".to_owned(), reason.into())));
        detail
    }
}

impl BatchEffects {
    /// Effects of a transaction at `now` (Unix milliseconds).
    pub const fn new(now: i64) -> Self {
        Self {
            now,
            steps: Vec::new(),
            stats: BTreeMap::new(),
            requests: Vec::new(),
            acknowledged: Vec::new(),
            resolved: Vec::new(),
        }
    }

    /// Records a newly opened alert. Only new alerts count in the roll-up, repeats do not.
    pub fn add_opened(&mut self, item: &Item<'_>, alert_id: i64, severity: Severity) {
        self.add_step(item, alert_id, ActivityKind::Opened);
        let row = MinuteStats::at(&mut self.stats, item.event.created_at, item.event.source.id);
        match severity {
            Severity::Info => row.info += 1,
            Severity::Warning => row.warning += 1,
            Severity::Error => row.error += 1,
            Severity::Critical => row.critical += 1,
        }
    }

    /// Adds a notification request; the outbox chooses the channels at the end.
    pub fn notify(&mut self, item: &Item<'_>, alert_id: i64, kind: NotificationKind, alert: &NotifiedAlert) {
        self.requests.push(NotificationRequest {
            alert_id,
            kind,
            severity: alert.severity,
            state: alert.state,
            episode: alert.episode,
            is_new: alert.is_new,
            muted_until: alert.muted_until,
            is_notice: item.draft.kind == Kind::Notice,
            source: item.event.source.slug.clone(),
        });
    }

    /// Adds a late message to the timeline; a newer one was applied first, so it changes no state.
    pub fn add_late(&mut self, item: &Item<'_>, alert_id: i64) {
        self.add_step(item, alert_id, ActivityKind::Noted);
        if let Some(step) = self.steps.last_mut() {
            let text = format!("received after a newer update: {}", item.draft.title);
            step.detail.insert("text".to_owned(), text.into());
        }
    }

    /// Adds a step to an alert's timeline, with the source as actor and the rule that matched.
    pub fn add_step(&mut self, item: &Item<'_>, alert_id: i64, kind: ActivityKind) {
        self.steps.push(NewActivity {
            alert_id,
            webhook_event_id: Some(item.event.id),
            kind,
            actor: item.event.source.slug.clone(),
            detail: item.detail(),
            created_at: self.now,
        });
    }

    /// Alerts whose text is new or has changed, for the search index.
    pub fn alerts_to_index(&self) -> Vec<i64> {
        let is_new = |step: &&NewActivity| matches!(step.kind, ActivityKind::Opened | ActivityKind::Replayed);
        self.steps.iter().filter(is_new).map(|step| step.alert_id).collect()
    }

    /// Adds the time from receipt to now, in milliseconds, to the averages of the minute of receipt.
    pub fn record_latency(&mut self, event: &MappedEvent) {
        let row = MinuteStats::at(&mut self.stats, event.created_at, event.source.id);
        row.took_ms += (self.now - event.created_at).max(0);
        row.took_count += 1;
    }
}

//! `alerts`: what the mapping made of events, and the state that people change.

mod assignment;
mod change;
mod earlier;
mod insert;
mod parts;
mod read;
mod subjects;

pub use assignment::AlertUpdate;
pub use parts::parts as alert_parts;
pub use subjects::SubjectRow;

use app::types::{AlertState, Severity};
use serde_json::{Map, Value};

/// An alert to insert.
#[derive(Clone, Debug)]
pub struct NewAlert {
    /// The event that opens it.
    pub webhook_event_id: i64,
    /// Index of the draft within the event; unique together with the event.
    pub position: i64,
    /// The source of the event.
    pub webhook_source_id: i64,
    /// Headline, one line.
    pub title: String,
    /// Plain text; may be empty.
    pub message: String,
    /// Severity given by the mapping.
    pub severity: Severity,
    /// JSON object extracted by the mapping.
    pub metadata: Map<String, Value>,
    /// `{source}:{key}`; `None` if the alert does not deduplicate.
    pub dedup_key: Option<String>,
    /// Notice rather than problem.
    pub is_notice: bool,
    /// Initial state; `resolved` if the resolve arrived before the alarm.
    pub state: AlertState,
    /// How often it was reopened; 0 without a key.
    pub episode: i64,
    /// When it was last resolved, Unix milliseconds; 0 if never, and without a key.
    pub ended_at: i64,
    /// How often it was reported, at least 1.
    pub occurrences: i64,
    /// End of the mute of its key, Unix milliseconds.
    pub muted_until: Option<i64>,
    /// When the event was received, Unix milliseconds: becomes `last_seen_at`, `created_at` and `updated_at`.
    pub seen_at: i64,
}

/// The row that was inserted for a [`NewAlert`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Opened {
    /// `alerts.id`.
    pub id: i64,
    /// [`NewAlert::webhook_event_id`]; the column is nullable because events expire before their alerts.
    pub webhook_event_id: Option<i64>,
    /// [`NewAlert::position`].
    pub position: i64,
}

/// The columns of [`app::types::Alert`], to be selected from [`TABLES`].
pub const COLUMNS: &str = "a.id, a.webhook_event_id, a.position, a.webhook_source_id, a.title, a.message, a.severity, \
     a.metadata, a.is_read, a.state, case when a.is_notice then 'notice' else 'problem' end as kind, a.untold_reason, a.dedup_key, a.occurrences, a.last_seen_at, a.muted_until, a.assignee, a.created_at, \
     a.updated_at, s.slug as source, s.name as source_name, s.provider, e.event_type";

/// The joins that [`COLUMNS`] needs.
pub const TABLES: &str = " from alerts a join webhook_sources s on s.id = a.webhook_source_id \
     left join webhook_events e on e.id = a.webhook_event_id";

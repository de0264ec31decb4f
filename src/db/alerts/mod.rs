//! `alerts`: what events mean to people.

mod parts;
mod read;
mod subjects;
mod write;

pub use parts::parts as alert_parts;
pub use subjects::SubjectRow;

use app::types::{AlertState, Severity, time};
use serde_json::{Map, Value};

/// An alert to be opened, or to be counted on the open one with its key.
#[derive(Clone, Debug)]
pub struct NewAlert {
    pub webhook_event_id: i64,
    pub position: i64,
    pub webhook_source_id: i64,
    pub title: String,
    pub message: String,
    pub severity: Severity,
    pub metadata: Map<String, Value>,
    pub dedup_key: Option<String>,
    pub is_notice: bool,
    pub state: AlertState,
    /// How often it was opened again, and when it last ended; both stay 0 without a key.
    pub episode: i64,
    pub ended_at: i64,
    pub occurrences: i64,
    pub muted_until: Option<i64>,
    /// When the event was received.
    pub seen_at: i64,
}

/// The alert that stands for a [`NewAlert`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Opened {
    pub id: i64,
    /// The event that opened it: another than ours means it was open already.
    pub webhook_event_id: Option<i64>,
    pub position: i64,
}

/// The columns of a slim alert.
pub const COLUMNS: &str = "a.id, a.webhook_event_id, a.position, a.webhook_source_id, a.title, a.message, a.severity, \
     a.metadata, a.is_read, a.state, case when a.is_notice then 'notice' else 'problem' end as kind, a.untold_reason, a.dedup_key, a.occurrences, a.last_seen_at, a.muted_until, a.created_at, \
     a.updated_at, s.slug as source, s.name as source_name, s.provider, e.event_type";

/// Where they come from.
pub const TABLES: &str = " from alerts a join webhook_sources s on s.id = a.webhook_source_id \
     left join webhook_events e on e.id = a.webhook_event_id";

/// How long an alert stays muted, in milliseconds.
pub const MUTED: i64 = time::HOUR;

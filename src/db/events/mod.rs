//! `webhook_events`: accepted deliveries and their processing status.
//!
//! `insert` stores deliveries, `payload` their bodies in the form that `body` gives them, `work` claims and finishes them, `read`
//! lists them.

mod body;
mod insert;
mod payload;
mod read;
mod work;

use serde_json::{Map, Value};

pub use body::{Body, StoredBody};
pub(in crate::db) use payload::NewPayload;
pub use read::{EventParts, narrow, parts as event_parts};
pub use work::{Attempt, MAX_ATTEMPTS, Waiting, WorkItem};

/// A verified delivery to insert.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// The source that it was sent to.
    pub webhook_source_id: i64,
    /// Random; identifies the row within its batch.
    pub request_id: String,
    /// The provider's name of the event type.
    pub event_type: String,
    /// The provider's id of the delivery, or `request_id` if it sends none; unique within the source.
    pub delivery_id: String,
    /// The raw body.
    pub payload: Body,
    /// `Content-Type` as received.
    pub content_type: String,
    /// Headers by name, with secrets redacted.
    pub headers: Map<String, Value>,
    /// The verified signature as received.
    pub signature: Option<String>,
    /// Address of the client, behind trusted proxies.
    pub ip_address: String,
    /// Time of receipt, Unix milliseconds.
    pub created_at: i64,
    /// Set if the source deduplicates by body.
    pub dedup_by_body: Option<BodyDedup>,
}

/// Deduplication by body, for providers without delivery ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyDedup {
    /// Hex SHA-256 of event type, NUL and body.
    pub body_hash: String,
    /// Start of the window, Unix milliseconds: an event with this hash received at or after it is a duplicate.
    pub since: i64,
}

/// The event that a delivery was stored as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The new event, or the existing one with the same delivery id or body.
    pub event_id: i64,
    /// Whether nothing was inserted.
    pub is_duplicate: bool,
}

impl NewEvent {
    fn body_hash(&self) -> Option<&str> {
        self.dedup_by_body.as_ref().map(|dedup_by_body| dedup_by_body.body_hash.as_str())
    }
}

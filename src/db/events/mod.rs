//! `webhook_events`: what was accepted, and where the work on it stands.
//!
//! `insert` stores, `work` hands events to workers and takes them back, `read` shows them.

mod insert;
mod read;
mod work;

use bytes::Bytes;
use serde_json::{Map, Value};

pub use read::{EventParts, narrow, parts as event_parts};
pub use work::{Attempt, MAX_ATTEMPTS, Waiting, WorkItem};

/// A verified delivery, ready to be stored.
#[derive(Clone, Debug)]
pub struct NewEvent {
    pub webhook_source_id: i64,
    /// Random; tells which rows of a batch were new.
    pub request_id: String,
    pub event_type: String,
    pub delivery_id: String,
    pub payload: Bytes,
    pub content_type: String,
    pub headers: Map<String, Value>,
    pub signature: Option<String>,
    pub ip_address: String,
    pub created_at: i64,
    pub dedup_by_body: Option<BodyDedup>,
}

/// A check for the same body again, where a source asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyDedup {
    /// Hash of event type and body.
    pub body_hash: String,
    /// An event with this hash that came at or after this is the same one.
    pub since: i64,
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The event, or the first one with the same delivery id.
    pub event_id: i64,
    pub is_duplicate: bool,
}

impl NewEvent {
    fn body_hash(&self) -> Option<&str> {
        self.dedup_by_body.as_ref().map(|dedup_by_body| dedup_by_body.body_hash.as_str())
    }
}

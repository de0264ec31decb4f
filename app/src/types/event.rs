//! Events: accepted deliveries, stored as received.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::list::List;
use super::text_enum::text_enum;

text_enum! {
    /// Processing state of an event.
    pub enum EventStatus {
        Pending = "pending",
        Processing = "processing",
        Processed = "processed",
        Failed = "failed",
    }
}

impl EventStatus {
    /// The label in the user interface.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Processing => "Processing",
            Self::Processed => "Processed",
            Self::Failed => "Failed",
        }
    }
}

/// An event as in lists: without payload, headers and signature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Event {
    pub id: i64,
    pub webhook_source_id: i64,
    /// Slug of the source.
    pub source: String,
    pub request_id: String,
    pub event_type: String,
    pub delivery_id: String,
    pub content_type: String,
    pub ip_address: String,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub status: EventStatus,
    pub attempts: i64,
    /// How often it was reprocessed.
    pub replays: i64,
    pub due_at: i64,
    pub lease_until: Option<i64>,
    /// Why processing failed, or why the body could not be parsed.
    pub error_message: Option<String>,
    pub processed_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
}

/// An event with all details except its payload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct EventDetail {
    #[serde(flatten)]
    pub event: Event,
    /// Headers as received, with secrets redacted.
    pub headers: Map<String, Value>,
    pub verdict: Verdict,
    /// `None` until the event is processed.
    pub mapping: Option<Mapping>,
    pub alert_ids: Vec<i64>,
}

/// Result of the signature verification. Only events with a valid signature are stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Verdict {
    pub valid: bool,
    /// For example `hmac-sha256`.
    pub scheme: String,
    pub signature: Option<String>,
}

/// How the alert was derived from the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Mapping {
    /// Name of the pack's rule that matched.
    pub rule: Option<String>,
    /// Why no rule, or only part of a rule, could be applied.
    pub fallback: Option<String>,
}

/// Filters of the event list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct EventQuery {
    pub status: List<EventStatus>,
    /// Slug of the source.
    pub source: Option<String>,
    pub event_type: Option<String>,
    pub delivery_id: Option<String>,
    pub ip_address: Option<String>,
    /// Earliest `created_at`, inclusive.
    pub from: Option<i64>,
    /// Latest `created_at`, exclusive.
    pub to: Option<i64>,
    /// Full-text search by word prefix in type, delivery id and the start of the body; results are ordered by id, newest
    /// first.
    pub q: Option<String>,
    /// Largest id to include: restricts a bulk action to what existed when the list was loaded.
    pub up_to: Option<i64>,
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

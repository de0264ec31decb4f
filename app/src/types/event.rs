//! Events: one accepted delivery each, kept as it came.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::list::List;
use super::text_enum::text_enum;

text_enum! {
    /// Where the work on an event stands.
    pub enum EventStatus {
        Pending = "pending",
        Processing = "processing",
        Processed = "processed",
        Failed = "failed",
    }
}

impl EventStatus {
    /// The word as a person reads it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Processing => "Processing",
            Self::Processed => "Processed",
            Self::Failed => "Failed",
        }
    }
}

/// An event as lists carry it: without payload, headers and signature.
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
    pub due_at: i64,
    pub lease_until: Option<i64>,
    /// Why it failed, or why its body could not be read.
    pub error_message: Option<String>,
    pub processed_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
}

/// One event whole, except for its payload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct EventDetail {
    #[serde(flatten)]
    pub event: Event,
    /// As received, secrets redacted.
    pub headers: Map<String, Value>,
    pub verdict: Verdict,
    /// None until the event is processed.
    pub mapping: Option<Mapping>,
    pub alert_ids: Vec<i64>,
}

/// What the receiver found out about the signature. Only a valid one is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Verdict {
    pub valid: bool,
    /// For example `hmac-sha256`.
    pub scheme: String,
    pub signature: Option<String>,
}

/// How the alert came about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Mapping {
    /// Name of the pack's rule that chose the alert.
    pub rule: Option<String>,
    /// Why no rule, or a rule only in part, could be used.
    pub fallback: Option<String>,
}

/// Filters of the event list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct EventQuery {
    pub status: List<EventStatus>,
    /// Slug.
    pub source: Option<String>,
    pub event_type: Option<String>,
    pub delivery_id: Option<String>,
    pub ip_address: Option<String>,
    /// Earliest `created_at`, inclusive.
    pub from: Option<i64>,
    /// Latest `created_at`, exclusive.
    pub to: Option<i64>,
    /// Words in type, delivery id or the beginning of the body, or their beginnings; newest event first by id.
    pub q: Option<String>,
    /// Largest id: what was there when somebody looked.
    pub up_to: Option<i64>,
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

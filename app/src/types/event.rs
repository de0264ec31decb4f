//! Events: accepted deliveries, stored as received.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::list::List;
use super::text_enum::text_enum;

text_enum! {
    /// Processing state of an event.
    pub enum EventStatus {
        /// Waits for a worker, also between attempts.
        Pending = "pending",
        /// Claimed by a worker.
        Processing = "processing",
        /// Mapped; its alerts are committed.
        Processed = "processed",
        /// All attempts failed; it can be reprocessed.
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

/// An event as in lists: without payload, headers and signature. Times are in Unix milliseconds UTC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Event {
    /// Database id.
    pub id: i64,
    /// Id of the source.
    pub webhook_source_id: i64,
    /// Slug of the source.
    pub source: String,
    /// Random id of the request, also in the log and in `X-Request-Id`.
    pub request_id: String,
    /// Type given by the provider, such as `push`.
    pub event_type: String,
    /// The provider's id of the delivery, unique per source; the request id if it sends none.
    pub delivery_id: String,
    /// `Content-Type` as received.
    pub content_type: String,
    /// Address of the client, behind trusted proxies.
    pub ip_address: String,
    /// Processing state.
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub status: EventStatus,
    /// Attempts so far, at most 4; reprocessing starts over.
    pub attempts: i64,
    /// How often it was reprocessed, or postponed because its source could not be used.
    pub replays: i64,
    /// Earliest time of the next attempt.
    pub due_at: i64,
    /// End of the lease of the worker that claimed it; `None` if none has.
    pub lease_until: Option<i64>,
    /// Why processing failed, or why the body could not be parsed.
    pub error_message: Option<String>,
    /// Time of the last successful processing; `None` if there was none.
    pub processed_at: Option<i64>,
    /// Time of receipt.
    pub created_at: i64,
    /// Time of the last change.
    pub updated_at: i64,
}

/// An event with all details except its payload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct EventDetail {
    /// The event.
    #[serde(flatten)]
    pub event: Event,
    /// Headers as received, with secrets redacted.
    pub headers: Map<String, Value>,
    /// Result of the signature verification.
    pub verdict: Verdict,
    /// `None` until the event is processed.
    pub mapping: Option<Mapping>,
    /// Ids of its alerts, also of those that it repeated or resolved.
    pub alert_ids: Vec<i64>,
}

/// Result of the signature verification. Only events with a valid signature are stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Verdict {
    /// Always true for a stored event.
    pub valid: bool,
    /// Scheme of the source's current verification method, such as `hmac-sha256`; `unknown` if the source cannot be loaded.
    pub scheme: String,
    /// The verified signature as received; `None` if the scheme has none.
    pub signature: Option<String>,
}

/// How the last alert was derived from the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Mapping {
    /// Name of the pack's rule that matched; `None` for the default of the pack.
    pub rule: Option<String>,
    /// Why no rule, or only part of a rule, could be applied; `None` if the rule was applied completely.
    pub fallback: Option<String>,
}

/// Filters of the event list; an empty list or `None` does not filter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct EventQuery {
    /// Any of these states.
    pub status: List<EventStatus>,
    /// Slug of the source.
    pub source: Option<String>,
    /// Exact type.
    pub event_type: Option<String>,
    /// Exact delivery id.
    pub delivery_id: Option<String>,
    /// Exact client address.
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
    /// Page size, 1 to 200; 50 by default.
    pub limit: Option<i64>,
    /// `next` of the previous page.
    pub cursor: Option<String>,
}

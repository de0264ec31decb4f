//! Rejected requests: kept for a limited time with the reason, and can be verified again.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A rejected request as in lists: without body and headers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct RefusedRequest {
    pub id: i64,
    pub webhook_source_id: i64,
    /// Slug of the source.
    pub source: String,
    pub request_id: String,
    /// Code of the reason, such as `mismatch` or `stale`.
    pub reason: String,
    /// The reason as text.
    pub detail: String,
    pub content_type: String,
    pub ip_address: String,
    /// Size of the stored body in bytes.
    pub size: i64,
    /// Id of the event that was created when the request passed a later verification.
    pub retried_event_id: Option<i64>,
    pub created_at: i64,
}

/// A rejected request with its headers, secrets redacted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct RefusedDetail {
    #[serde(flatten)]
    pub request: RefusedRequest,
    pub headers: Map<String, Value>,
}

/// Filters of the list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct QuarantineQuery {
    /// Slug of the source.
    pub source: Option<String>,
    pub reason: Option<String>,
    pub ip_address: Option<String>,
    /// Earliest `created_at`, inclusive.
    pub from: Option<i64>,
    /// Latest `created_at`, exclusive.
    pub to: Option<i64>,
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

/// The requests to verify again: by id, by filter, or all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RefusedSelection {
    pub ids: Option<Vec<i64>>,
    pub filter: Option<QuarantineQuery>,
    pub all: bool,
}

/// Result of verifying requests again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Retried {
    /// Number of requests that became events.
    pub changed: i64,
    /// Number of requests that were rejected again.
    pub refused: i64,
    /// One result per request, in order of receipt.
    pub results: Vec<RetriedOne>,
}

/// Result of one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct RetriedOne {
    pub id: i64,
    pub event_id: Option<i64>,
    /// Why it was rejected again.
    pub detail: Option<String>,
}

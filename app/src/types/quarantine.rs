//! Rejected requests: kept for a while with the reason, to be verified again.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A refused request as lists carry it: without body and headers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct RefusedRequest {
    pub id: i64,
    pub webhook_source_id: i64,
    /// Slug of the source.
    pub source: String,
    pub request_id: String,
    /// One word, such as `mismatch` or `stale`.
    pub reason: String,
    /// The reason in words.
    pub detail: String,
    pub content_type: String,
    pub ip_address: String,
    /// Bytes of the body that were kept.
    pub size: i64,
    /// The event it became once it was verified again.
    pub retried_event_id: Option<i64>,
    pub created_at: i64,
}

/// One rejected request with its headers, secrets redacted.
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
    /// Slug.
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

/// Which requests to verify again: by name, by filter, or all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RefusedSelection {
    pub ids: Option<Vec<i64>>,
    pub filter: Option<QuarantineQuery>,
    pub all: bool,
}

/// What became of those that were verified again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Retried {
    /// How many are events now.
    pub changed: i64,
    /// How many are refused still.
    pub refused: i64,
    /// One line for each, in the order they came.
    pub results: Vec<RetriedOne>,
}

/// What became of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct RetriedOne {
    pub id: i64,
    pub event_id: Option<i64>,
    /// Why it is refused still, in words.
    pub detail: Option<String>,
}

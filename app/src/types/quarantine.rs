//! Rejected requests: kept for a limited time with the reason, and can be verified again.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A rejected request as in lists: without body and headers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct RefusedRequest {
    /// Database id.
    pub id: i64,
    /// Id of the source.
    pub webhook_source_id: i64,
    /// Slug of the source.
    pub source: String,
    /// Random id of the request, also in the log and in `X-Request-Id`.
    pub request_id: String,
    /// Code of the reason, such as `mismatch` or `stale`.
    pub reason: String,
    /// The reason as a sentence, with a hint at the cause if there is one.
    pub detail: String,
    /// `Content-Type` as received.
    pub content_type: String,
    /// Address of the client, behind trusted proxies.
    pub ip_address: String,
    /// Size of the stored body in bytes.
    pub size: i64,
    /// Id of the event that was created when the request passed a later verification; `None` if it has not.
    pub retried_event_id: Option<i64>,
    /// Time of receipt, in Unix milliseconds.
    pub created_at: i64,
}

impl RefusedRequest {
    /// The label of [`Self::reason`]; a code that is not known, such as of a newer node, as it is.
    pub fn label(&self) -> &str {
        match self.reason.as_str() {
            "no_source" => "Unknown source",
            "header_missing" => "Missing header",
            "header_twice" => "Repeated header",
            "header_not_ascii" => "Invalid header",
            "malformed" => "Malformed signature",
            "mismatch" => "Wrong signature",
            "wrong_token" => "Wrong token",
            "previous_secret" => "Expired secret",
            "other_topic" => "Other topic",
            "bad_certificate" => "Invalid certificate",
            "no_certificate" => "Certificate unavailable",
            "unconfirmed" => "Unconfirmed subscription",
            "no_timestamp" => "Missing timestamp",
            "stale" => "Timestamp too old",
            "early" => "Timestamp in the future",
            "too_large" => "Body too large",
            "encoded" => "Compressed body",
            "damaged" => "Damaged body",
            "interrupted" => "Interrupted",
            "crowded" => "Over capacity",
            other => other,
        }
    }
}

/// A rejected request with its headers, secrets redacted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct RefusedDetail {
    /// The request.
    #[serde(flatten)]
    pub request: RefusedRequest,
    /// Headers by name, with secrets redacted.
    pub headers: Map<String, Value>,
}

/// Filters of the list of rejected requests; `None` does not filter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct QuarantineQuery {
    /// Slug of the source.
    pub source: Option<String>,
    /// Exact code of the reason.
    pub reason: Option<String>,
    /// Exact client address.
    pub ip_address: Option<String>,
    /// Earliest `created_at`, inclusive.
    pub from: Option<i64>,
    /// Latest `created_at`, exclusive.
    pub to: Option<i64>,
    /// Page size, 1 to 200; 50 by default.
    pub limit: Option<i64>,
    /// `next` of the previous page.
    pub cursor: Option<String>,
}

/// The requests to verify again: `ids` or `filter`, not both.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RefusedSelection {
    /// 1 to 1,000 ids.
    pub ids: Option<Vec<i64>>,
    /// Every match, without `limit` and `cursor`.
    pub filter: Option<QuarantineQuery>,
    /// Must be set if the filter is empty, which selects every request.
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
    /// One result per request, in order of receipt; without those that are gone or were accepted before.
    pub results: Vec<RetriedOne>,
}

/// Result of one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct RetriedOne {
    /// Id of the request.
    pub id: i64,
    /// Id of the new event; `None` if it was rejected again, or was a handshake.
    pub event_id: Option<i64>,
    /// Why it was rejected again; `None` if it was not.
    pub detail: Option<String>,
}

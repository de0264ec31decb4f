//! Access: tokens, the audit log, retention and the effective configuration.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Role;

/// An API token, without its secret value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Token {
    pub id: i64,
    pub name: String,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub role: Role,
    pub last_used_at: Option<i64>,
    pub revoked_at: Option<i64>,
    pub created_at: i64,
}

/// Body of a request to create a token.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    pub name: String,
    pub role: Role,
}

/// A newly created token; its value is returned only here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct CreatedToken {
    pub name: String,
    pub role: Role,
    pub token: String,
}

/// Body of a request to create a user.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    pub email: String,
    pub role: Role,
    pub password: String,
}

/// Changes to a user; absent fields keep their value.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UserUpdate {
    pub role: Option<Role>,
    pub is_active: Option<bool>,
    pub password: Option<String>,
}

/// An entry of the audit log: who changed what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct AuditRow {
    pub id: i64,
    /// A user's email, `token:NAME`, `telegram:ID NAME`, or `command` for the command line.
    pub actor: String,
    /// For example `source.create`.
    pub action: String,
    pub subject: String,
    #[cfg_attr(feature = "ssr", sqlx(json))]
    pub detail: Value,
    pub created_at: i64,
}

/// Filters of the audit log.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AuditQuery {
    pub actor: Option<String>,
    pub action: Option<String>,
    pub subject: Option<String>,
    pub from: Option<i64>,
    pub to: Option<i64>,
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

/// Retention in days; 0 keeps rows without limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    pub events: i64,
    /// Resolved alerts, by their last change. Unresolved problems are never removed.
    pub alerts: i64,
    /// Notices, by the time they were received.
    #[serde(default = "notices")]
    pub notices: i64,
    /// Timeline entries. Those of an alert are removed with it at the latest.
    pub activity: i64,
    pub notifications: i64,
    /// Rejected requests.
    pub quarantine: i64,
    pub audit: i64,
    /// Per-minute statistics; the hourly ones are kept.
    pub minutes: i64,
}

const fn notices() -> i64 {
    30
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            events: 90,
            alerts: 365,
            notices: notices(),
            activity: 180,
            notifications: 180,
            quarantine: 7,
            audit: 730,
            minutes: 90,
        }
    }
}

/// Version and effective configuration of the server, without secrets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct About {
    pub version: String,
    pub build: String,
    pub started_at: i64,
    pub now: i64,
    pub database: String,
    pub configuration: Map<String, Value>,
}

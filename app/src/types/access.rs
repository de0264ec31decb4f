//! Access: tokens, the audit log, how long things are kept, and what is in force.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Role;

/// An API token without what it is.
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

/// What it takes to add a token.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    pub name: String,
    pub role: Role,
}

/// A token just made, with its only showing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct CreatedToken {
    pub name: String,
    pub role: Role,
    pub token: String,
}

/// What it takes to add a user.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    pub email: String,
    pub role: Role,
    pub password: String,
}

/// What may be changed of a user; what is absent stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UserUpdate {
    pub role: Option<Role>,
    pub is_active: Option<bool>,
    pub password: Option<String>,
}

/// Who changed what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct AuditRow {
    pub id: i64,
    /// A user's email, `token:NAME`, `telegram:ID NAME` or `command`.
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

/// How many days things are kept; 0 for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    pub events: i64,
    /// Resolved alerts, since they last changed; others stay.
    pub alerts: i64,
    /// Age since received.
    #[serde(default = "notices")]
    pub notices: i64,
    /// Timelines; those of an alert go with it at the latest.
    pub activity: i64,
    pub notifications: i64,
    /// Rejected requests.
    pub quarantine: i64,
    pub audit: i64,
    /// Per-minute counts; by the hour they stay.
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

/// What runs, and with which configuration; no secrets.
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

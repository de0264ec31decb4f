//! Access: tokens, the audit log, retention and the effective configuration.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Role;

/// An API token, without its secret value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Token {
    /// Database id.
    pub id: i64,
    /// Unique, also among revoked tokens.
    pub name: String,
    /// Role of its requests.
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub role: Role,
    /// Time of the last request, in Unix milliseconds; `None` if it was never used.
    pub last_used_at: Option<i64>,
    /// Time of revocation, in Unix milliseconds; `None` if the token is valid.
    pub revoked_at: Option<i64>,
    /// In Unix milliseconds.
    pub created_at: i64,
}

/// Body of a request to create a token.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// 1 to 100 printable characters; must be unused, also by revoked tokens.
    pub name: String,
    /// Role of its requests.
    pub role: Role,
}

/// A newly created token; its value is returned only here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct CreatedToken {
    /// Name of the token.
    pub name: String,
    /// Role of its requests.
    pub role: Role,
    /// The bearer token, `oct_…`; only its hash is stored.
    pub token: String,
}

/// Body of a request to create a user.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// Address to sign in with; must be unused.
    pub email: String,
    /// Initial role.
    pub role: Role,
    /// 12 to 1,024 characters and not a common password.
    pub password: String,
}

/// Changes to a user; absent fields keep their value.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UserUpdate {
    /// The last active admin cannot be demoted.
    pub role: Option<Role>,
    /// False disables sign-in and ends the sessions.
    pub is_active: Option<bool>,
    /// 12 to 1,024 characters and not a common password.
    pub password: Option<String>,
}

/// An entry of the audit log: who changed what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct AuditRow {
    /// Database id.
    pub id: i64,
    /// A user's email, `token:NAME`, `telegram:ID NAME`, or `command` for the command line.
    pub actor: String,
    /// For example `source.create`.
    pub action: String,
    /// Name of the changed object, such as a slug or an email.
    pub subject: String,
    /// The new values, without secrets; `null` if there are none.
    #[cfg_attr(feature = "ssr", sqlx(json))]
    pub detail: Value,
    /// Time of the change, in Unix milliseconds.
    pub created_at: i64,
}

/// Filters of the audit log.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AuditQuery {
    /// Exact actor.
    pub actor: Option<String>,
    /// Exact action.
    pub action: Option<String>,
    /// Exact subject.
    pub subject: Option<String>,
    /// Earliest `created_at`, inclusive.
    pub from: Option<i64>,
    /// Latest `created_at`, exclusive.
    pub to: Option<i64>,
    /// Page size, 1 to 200; 50 by default.
    pub limit: Option<i64>,
    /// `next` of the previous page.
    pub cursor: Option<String>,
}

/// Retention in days; 0 keeps rows without limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Events with their payloads.
    pub events: i64,
    /// Resolved alerts, by their last change. Unresolved problems are never removed.
    pub alerts: i64,
    /// Notices, by the time they were received.
    #[serde(default = "notices")]
    pub notices: i64,
    /// Timeline entries. Those of an alert are removed with it at the latest.
    pub activity: i64,
    /// Entries of the notification log.
    pub notifications: i64,
    /// Rejected requests.
    pub quarantine: i64,
    /// Entries of the audit log.
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
    /// Version of the server, such as `1.2.0`.
    pub version: String,
    /// Id of the build.
    pub build: String,
    /// Start of this process, in Unix milliseconds.
    pub started_at: i64,
    /// Server time, in Unix milliseconds.
    pub now: i64,
    /// Name and version of the database.
    pub database: String,
    /// Environment variables by name; secrets only as `set` or `not set`.
    pub configuration: Map<String, Value>,
}

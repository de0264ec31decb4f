//! `audit_log`: who changed what.

use serde_json::Value;
use sqlx::types::Json;

use super::{Result, Tx, on};

/// One entry; `detail` must hold no secret.
#[derive(Clone, Debug)]
pub struct AuditEntry<'a> {
    /// A user's email, `token:NAME`, or `command`.
    pub actor: &'a str,
    /// For example `source.create`.
    pub action: &'a str,
    /// What it was done to, by name.
    pub subject: &'a str,
    pub detail: Value,
    pub now: i64,
}

impl Tx {
    /// Writes an entry in the transaction of the change itself.
    pub async fn insert_audit(&mut self, entry: &AuditEntry<'_>) -> Result<()> {
        const SQL: &str =
            "insert into audit_log (actor, action, subject, detail, created_at) values ($1, $2, $3, $4, $5)";
        on!(tx self, conn => sqlx::query(SQL)
            .bind(entry.actor).bind(entry.action).bind(entry.subject).bind(Json(&entry.detail)).bind(entry.now)
            .execute(conn).await.map(drop))
    }
}

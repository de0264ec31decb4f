//! `audit_log`: who changed what, and when.

use app::types::{AuditQuery, AuditRow, Cursor};
use serde_json::Value;
use sqlx::QueryBuilder;
use sqlx::types::Json;

use super::filter::Filter;
use super::{Db, Result, Tx, on};

/// An entry to insert.
#[derive(Clone, Debug)]
pub struct AuditEntry<'a> {
    /// A user's email, `token:NAME`, `telegram:ID NAME`, or `command` for the command line.
    pub actor: &'a str,
    /// Object and verb, for example `source.create`.
    pub action: &'a str,
    /// Name of the changed object, such as a slug or an email.
    pub subject: &'a str,
    /// JSON; must not contain secrets.
    pub detail: Value,
    /// Time of the change, Unix milliseconds.
    pub now: i64,
}

impl Tx {
    /// Inserts an entry, in the transaction of the change that it records; returns its id.
    pub async fn insert_audit(&mut self, entry: &AuditEntry<'_>) -> Result<i64> {
        const SQL: &str = "insert into audit_log (actor, action, subject, detail, created_at) values ($1, $2, $3, $4, $5) returning id";
        on!(tx self, conn => sqlx::query_scalar(SQL)
            .bind(entry.actor).bind(entry.action).bind(entry.subject).bind(Json(&entry.detail)).bind(entry.now)
            .fetch_one(conn).await)
    }

    /// Replaces the detail of an entry, as a change in several transactions goes on.
    pub async fn update_audit(&mut self, id: i64, detail: &Value) -> Result<()> {
        const SQL: &str = "update audit_log set detail = $2 where id = $1";
        on!(tx self, conn => sqlx::query(SQL).bind(id).bind(Json(detail)).execute(conn).await.map(drop))
    }
}

impl Db {
    /// A page of the log, newest first: up to `limit + 1` rows.
    pub async fn list_audit(&self, query: &AuditQuery, cursor: Option<Cursor>, limit: i64) -> Result<Vec<AuditRow>> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new("select l.id, l.actor, l.action, l.subject, l.detail, l.created_at from audit_log l");
            let mut filter = Filter::new(&mut sql);
            filter.text("l.actor", query.actor.as_deref()).text("l.action", query.action.as_deref())
                .text("l.subject", query.subject.as_deref()).between("l.created_at", query.from, query.to)
                .after("l", cursor).newest("l", limit + 1);
            sql.build_query_as().fetch_all(pool).await
        })
    }
}

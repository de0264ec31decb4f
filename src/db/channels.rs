//! `channels`: ways to tell people.

use app::types::{Channel, ChannelKind, Severity};
use serde_json::{Map, Value};
use sqlx::types::Json;

use super::bulk::push_ids;
use super::{Db, Result, Tx, on};

/// A channel with its encrypted secret, as the sender needs it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ChannelRow {
    #[sqlx(flatten)]
    pub channel: Channel,
    pub secret: Option<String>,
    pub key_ref: String,
    /// Attempts that failed since the last that worked, and when the next may be made.
    pub failures: i64,
    pub retry_at: i64,
}

/// What is written of a channel.
#[derive(Clone, Debug)]
pub struct NewChannelRow {
    pub name: String,
    pub kind: ChannelKind,
    pub recipient: String,
    /// Encrypted.
    pub secret: Option<String>,
    pub key_ref: String,
    pub settings: Map<String, Value>,
    pub min_severity: Severity,
    pub fallback_id: Option<i64>,
    pub is_active: bool,
    pub muted_until: Option<i64>,
    pub now: i64,
}

const COLUMNS: &str = "id, name, kind, recipient, settings, min_severity, fallback_id, is_active, broken_reason, \
     muted_until, created_at, updated_at, failing_since, warning, secret, key_ref, failures, retry_at";

impl Db {
    /// Every channel with its secret, oldest first.
    pub async fn list_channel_rows(&self) -> Result<Vec<ChannelRow>> {
        let sql = format!("select {COLUMNS} from channels where deleted_at is null order by id");
        on!(read self, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.clone())).fetch_all(pool).await)
    }

    /// The channel with that id.
    pub async fn find_channel(&self, id: i64) -> Result<Option<ChannelRow>> {
        let sql = format!("select {COLUMNS} from channels where id = $1 and deleted_at is null");
        on!(read self, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.clone())).bind(id).fetch_optional(pool).await)
    }
}

impl Tx {
    /// Adds a channel; a name in use is a unique violation.
    pub async fn insert_channel(&mut self, new: &NewChannelRow) -> Result<i64> {
        const SQL: &str = "insert into channels (name, kind, recipient, secret, key_ref, settings, min_severity, \
             fallback_id, is_active, muted_until, created_at, updated_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id";
        on!(tx self, conn => {
            let query = sqlx::query_scalar(SQL).bind(&new.name).bind(new.kind.as_str()).bind(&new.recipient);
            let query = query.bind(&new.secret).bind(&new.key_ref).bind(Json(&new.settings));
            let query = query.bind(new.min_severity.as_str()).bind(new.fallback_id).bind(new.is_active);
            query.bind(new.muted_until).bind(new.now).bind(new.now).fetch_one(conn).await
        })
    }

    /// Writes a channel anew; what was broken is tried again.
    pub async fn update_channel(&mut self, id: i64, new: &NewChannelRow) -> Result<()> {
        const SQL: &str = "update channels set name = $1, recipient = $2, secret = $3, key_ref = $4, settings = $5, \
             min_severity = $6, fallback_id = $7, is_active = $8, muted_until = $9, broken_reason = null, \
             failures = 0, failing_since = null, retry_at = 0, updated_at = $10 where id = $11";
        on!(tx self, conn => {
            let query = sqlx::query(SQL).bind(&new.name).bind(&new.recipient).bind(&new.secret).bind(&new.key_ref);
            let query = query.bind(Json(&new.settings)).bind(new.min_severity.as_str()).bind(new.fallback_id);
            query.bind(new.is_active).bind(new.muted_until).bind(new.now).bind(id).execute(conn).await.map(drop)
        })
    }

    /// Keeps a channel silent until a moment; returns its name, None if there is none.
    pub async fn mute_channel(&mut self, id: i64, until: Option<i64>, now: i64) -> Result<Option<String>> {
        const SQL: &str = "update channels set muted_until = $1, updated_at = $2 where id = $3 returning name";
        on!(tx self, conn => sqlx::query_scalar(SQL).bind(until).bind(now).bind(id).fetch_optional(conn).await)
    }

    /// Notes that an attempt failed, for good where there is a reason; returns how many did in a row.
    pub async fn channel_failed(&mut self, id: i64, broken: Option<&str>, now: i64) -> Result<i64> {
        const SQL: &str = "update channels set failures = failures + 1, failing_since = coalesce(failing_since, $1), \
             broken_reason = $2 where id = $3 returning failures";
        on!(tx self, conn => {
            let failed = sqlx::query_scalar(SQL).bind(now).bind(broken).bind(id).fetch_optional(conn).await?;
            Ok(failed.unwrap_or(1))
        })
    }

    /// When a channel that fails may be tried again.
    pub async fn retry_channel_at(&mut self, id: i64, at: i64) -> Result<()> {
        const SQL: &str = "update channels set retry_at = $1 where id = $2";
        on!(tx self, conn => sqlx::query(SQL).bind(at).bind(id).execute(conn).await.map(drop))
    }

    /// Says what is wrong with the channels of these ids, or nothing.
    pub async fn warn_channels(&mut self, ids: &[i64], warning: Option<&str>) -> Result<()> {
        on!(tx self, conn => {
            let mut sql = sqlx::QueryBuilder::new("update channels set warning = ");
            sql.push_bind(warning.map(str::to_owned)).push(" where id in (");
            push_ids(&mut sql, ids.iter().map(Some));
            sql.push(")").build().persistent(false).execute(conn).await.map(drop)
        })
    }

    /// Follows a chat to its new address.
    pub async fn move_channel(&mut self, id: i64, recipient: &str, now: i64) -> Result<()> {
        const SQL: &str = "update channels set recipient = $1, updated_at = $2 where id = $3";
        on!(tx self, conn => sqlx::query(SQL).bind(recipient).bind(now).bind(id).execute(conn).await.map(drop))
    }

    /// Notes that a channel works.
    pub async fn channel_works(&mut self, id: i64) -> Result<()> {
        const SQL: &str = "update channels set failures = 0, failing_since = null, retry_at = 0, broken_reason = null \
             where id = $1";
        on!(tx self, conn => sqlx::query(SQL).bind(id).execute(conn).await.map(drop))
    }

    /// Every channel with its secret, and until the commit nobody else writes one: SQLite has one writer, PostgreSQL is asked.
    pub async fn lock_channel_rows(&mut self) -> Result<Vec<ChannelRow>> {
        let sql = sqlx::AssertSqlSafe(format!("select {COLUMNS} from channels where deleted_at is null order by id"));
        if let Self::Postgres(checkout, _) = self {
            const LOCK: &str = "lock table channels in share row exclusive mode";
            on!(one checkout, conn => sqlx::query(LOCK).execute(conn).await.map(drop))?;
        }
        on!(tx self, conn => sqlx::query_as(sql).fetch_all(conn).await)
    }

    /// Removes a channel and its secret. The row stays for the log, however much of it there is, and its name is free.
    pub async fn delete_channel(&mut self, id: i64, now: i64) -> Result<bool> {
        const UNLINK: &str = "update channels set fallback_id = null where fallback_id = $1";
        const SQL: &str = "update channels set deleted_at = $1, is_active = false, secret = null, fallback_id = null, \
             name = name || '~' || id where id = $2 and deleted_at is null";
        on!(tx self, conn => {
            sqlx::query(UNLINK).bind(id).execute(&mut *conn).await?;
            Ok(sqlx::query(SQL).bind(now).bind(id).execute(&mut *conn).await?.rows_affected() > 0)
        })
    }
}

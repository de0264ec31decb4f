//! `channels`: Telegram chats, mail recipients, Slack webhooks and browsers that receive notifications.

use app::types::{Channel, ChannelKind, Severity};
use serde_json::{Map, Value};
use sqlx::types::Json;

use super::bulk::push_ids;
use super::{Db, Result, Tx, on};

/// A channel with its encrypted secret, for the notifier.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ChannelRow {
    #[sqlx(flatten)]
    /// The columns that the API exposes.
    pub channel: Channel,
    /// Encrypted with `key_ref`; `None` if the kind needs none.
    pub secret: Option<String>,
    /// Random reference of the row, which the encryption of the secret is bound to.
    pub key_ref: String,
    /// Consecutive failed attempts.
    pub failures: i64,
    /// Earliest time of the next attempt, Unix milliseconds; 0 if the last one succeeded.
    pub retry_at: i64,
}

/// The columns to write when a channel is created or edited.
#[derive(Clone, Debug)]
pub struct NewChannelRow {
    /// Unique among all channels.
    pub name: String,
    /// Written on creation only.
    pub kind: ChannelKind,
    /// Chat id (Telegram), addresses (email), or display name (Slack).
    pub recipient: String,
    /// Encrypted with `key_ref`.
    pub secret: Option<String>,
    /// Random reference of the row, which the encryption of the secret is bound to.
    pub key_ref: String,
    /// JSON object; its keys depend on the kind.
    pub settings: Map<String, Value>,
    /// Alerts below this severity are not notified.
    pub min_severity: Severity,
    /// The channel that takes over when this one fails.
    pub fallback_id: Option<i64>,
    /// Whether it is notified at all.
    pub is_active: bool,
    /// End of the mute, Unix milliseconds.
    pub muted_until: Option<i64>,
    /// Time of the change, Unix milliseconds.
    pub now: i64,
}

const COLUMNS: &str = "id, name, kind, recipient, settings, min_severity, fallback_id, is_active, broken_reason, \
     muted_until, created_at, updated_at, failing_since, warning, secret, key_ref, failures, retry_at";

/// Those of kinds that this version knows: a later one must not keep the others from being used.
fn all_channels() -> String {
    let kinds: Vec<&str> = ChannelKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let kinds = kinds.join("', '");
    format!("select {COLUMNS} from channels where deleted_at is null and kind in ('{kinds}') order by id")
}

impl Db {
    /// All channels that are not deleted, oldest first.
    pub async fn list_channel_rows(&self) -> Result<Vec<ChannelRow>> {
        let sql = all_channels();
        on!(read self, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.clone())).fetch_all(pool).await)
    }

    /// The channel with this id; `None` if it was deleted.
    pub async fn find_channel(&self, id: i64) -> Result<Option<ChannelRow>> {
        let sql = format!("select {COLUMNS} from channels where id = $1 and deleted_at is null");
        on!(read self, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.clone())).bind(id).fetch_optional(pool).await)
    }
}

impl Tx {
    /// Inserts a channel and returns its id. Fails with a unique violation if the name is taken.
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

    /// Overwrites a channel except for its kind, and clears its failures, so that it is tried again at once.
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

    /// Mutes a channel until a time in Unix milliseconds; `None` unmutes. Returns its name, `None` if it does not exist.
    pub async fn mute_channel(&mut self, id: i64, until: Option<i64>, now: i64) -> Result<Option<String>> {
        const SQL: &str = "update channels set muted_until = $1, updated_at = $2 where id = $3 returning name";
        on!(tx self, conn => sqlx::query_scalar(SQL).bind(until).bind(now).bind(id).fetch_optional(conn).await)
    }

    /// Disables a channel.
    pub async fn disable_channel(&mut self, id: i64, now: i64) -> Result<()> {
        const SQL: &str = "update channels set is_active = false, updated_at = $1 where id = $2";
        on!(tx self, conn => sqlx::query(SQL).bind(now).bind(id).execute(conn).await.map(drop))
    }

    /// Records a failed attempt; `broken` is the reason if retrying cannot help. Returns the number of consecutive failures.
    pub async fn channel_failed(&mut self, id: i64, broken: Option<&str>, now: i64) -> Result<i64> {
        const SQL: &str = "update channels set failures = failures + 1, failing_since = coalesce(failing_since, $1), \
             broken_reason = $2 where id = $3 returning failures";
        on!(tx self, conn => {
            let failed = sqlx::query_scalar(SQL).bind(now).bind(broken).bind(id).fetch_optional(conn).await?;
            Ok(failed.unwrap_or(1))
        })
    }

    /// Sets the time of the next attempt, Unix milliseconds.
    pub async fn retry_channel_at(&mut self, id: i64, at: i64) -> Result<()> {
        const SQL: &str = "update channels set retry_at = $1 where id = $2";
        on!(tx self, conn => sqlx::query(SQL).bind(at).bind(id).execute(conn).await.map(drop))
    }

    /// Sets the warning of these channels; `None` clears it.
    pub async fn warn_channels(&mut self, ids: &[i64], warning: Option<&str>) -> Result<()> {
        on!(tx self, conn => {
            let mut sql = sqlx::QueryBuilder::new("update channels set warning = ");
            sql.push_bind(warning.map(str::to_owned)).push(" where id in (");
            push_ids(&mut sql, ids.iter().map(Some));
            sql.push(")").build().persistent(false).execute(conn).await.map(drop)
        })
    }

    /// Changes the recipient: Telegram gives a group a new chat id when it becomes a supergroup.
    pub async fn move_channel(&mut self, id: i64, recipient: &str, now: i64) -> Result<()> {
        const SQL: &str = "update channels set recipient = $1, updated_at = $2 where id = $3";
        on!(tx self, conn => sqlx::query(SQL).bind(recipient).bind(now).bind(id).execute(conn).await.map(drop))
    }

    /// Records a successful attempt: clears failures, backoff and the broken reason.
    pub async fn channel_works(&mut self, id: i64) -> Result<()> {
        const SQL: &str = "update channels set failures = 0, failing_since = null, retry_at = 0, broken_reason = null \
             where id = $1";
        on!(tx self, conn => sqlx::query(SQL).bind(id).execute(conn).await.map(drop))
    }

    /// All channels, oldest first, locked against writes by others until the commit: PostgreSQL locks the table, SQLite has a
    /// single writer anyway.
    pub async fn lock_channel_rows(&mut self) -> Result<Vec<ChannelRow>> {
        let sql = sqlx::AssertSqlSafe(all_channels());
        if let Self::Postgres(checkout, _) = self {
            const LOCK: &str = "lock table channels in share row exclusive mode";
            on!(one checkout, conn => sqlx::query(LOCK).execute(conn).await.map(drop))?;
        }
        on!(tx self, conn => sqlx::query_as(sql).fetch_all(conn).await)
    }

    /// Soft-deletes a channel: erases its secret, frees its name and detaches channels that fall back on it. The row stays,
    /// since the notification log refers to it. Returns false if there is none.
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

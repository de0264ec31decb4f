//! `alert_keys`: of each key the newest message of each kind. A row is the lock of its key.

use sqlx::QueryBuilder;

use super::bulk::{PRESENT, pieces, push_ids};
use super::{Result, Tx, on};

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct KeyRow {
    pub dedup_key: String,
    /// As JSON; None before the first message, and of one that an earlier version wrote.
    pub newest: Option<String>,
    /// By an earlier version: the provider's times of the newest beginning and end.
    pub opened_at: i64,
    pub resolved_at: i64,
    pub muted_until: Option<i64>,
}

impl Tx {
    /// Reads keys, adding those that are missing, and locks them until the commit: in the order given, which must be one order
    /// on all nodes.
    pub async fn lock_keys(&mut self, keys: &[String], now: i64) -> Result<Vec<KeyRow>> {
        const INSERT: &str = "insert into alert_keys (dedup_key, updated_at) select * from (";
        const LOCK: &str = " on conflict (dedup_key) do update set updated_at = excluded.updated_at \
             returning dedup_key, newest, opened_at, resolved_at, muted_until";
        let mut rows = Vec::with_capacity(keys.len());
        for piece in pieces(keys) {
            rows.extend(on!(tx self, conn => {
                let mut query = QueryBuilder::new(INSERT);
                query.push_values(piece, |mut row, key| {
                    row.push_bind(key).push_bind(key.map(|_| now));
                });
                query.push(PRESENT).push(LOCK).build_query_as::<KeyRow>().fetch_all(conn).await
            })?);
        }
        Ok(rows)
    }

    /// Writes the newest messages of keys.
    pub async fn write_keys(&mut self, keys: &[(String, String)]) -> Result<()> {
        for piece in pieces(keys) {
            on!(tx self, conn => {
                let mut query = QueryBuilder::new("update alert_keys set newest = rows.column2 from (");
                query.push_values(piece, |mut row, key| {
                    row.push_bind(key.map(|(key, _)| key)).push_bind(key.map(|(_, newest)| newest));
                });
                query.push(PRESENT).push(" and alert_keys.dedup_key = rows.column1");
                query.build().execute(conn).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Keeps the keys of these alerts silent until a moment; None ends it.
    pub async fn mute_keys(&mut self, alerts: &[i64], until: Option<i64>, now: i64) -> Result<()> {
        const INSERT: &str =
            "insert into alert_keys (dedup_key, updated_at, muted_until) select distinct a.dedup_key, ";
        for piece in pieces(alerts) {
            on!(tx self, conn => {
                let mut query = QueryBuilder::new(INSERT);
                // Bare parameters would have no type on PostgreSQL.
                query.push("cast(").push_bind(now).push(" as bigint), cast(").push_bind(until).push(" as bigint) ");
                query.push("from alerts a where a.dedup_key is not null and a.id in (");
                push_ids(&mut query, piece);
                query.push(") on conflict (dedup_key) do update set muted_until = excluded.muted_until, updated_at = excluded.updated_at");
                query.build().execute(conn).await.map(drop)
            })?;
        }
        Ok(())
    }
}

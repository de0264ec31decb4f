//! `alert_keys`: the newest message of each kind per deduplication key. Its rows also serve as locks of the keys.

use sqlx::QueryBuilder;

use super::bulk::{PRESENT, pieces, push_ids};
use super::{Result, Tx, on};

/// The stored state of a deduplication key.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct KeyRow {
    /// Prefixed with the source id: `{source}:{key}`.
    pub dedup_key: String,
    /// JSON of `Newest`; `None` before the first message, and in rows written by earlier versions.
    pub newest: Option<String>,
    /// Written by earlier versions only: when the newest alarm began according to the provider, Unix milliseconds; else 0.
    pub opened_at: i64,
    /// Written by earlier versions only: the provider's time of the newest resolve, Unix milliseconds; else 0.
    pub resolved_at: i64,
    /// End of the mute, Unix milliseconds; `None` if the key was never muted or was unmuted.
    pub muted_until: Option<i64>,
}

impl Tx {
    /// Reads keys, inserting missing ones, and locks their rows until the commit. Locks in the order given: it must be
    /// the same on every node, or transactions deadlock.
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

    /// Updates `newest` of each `(dedup_key, newest)`; the rows must exist.
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

    /// Mutes the deduplication keys of these alerts until a time in Unix milliseconds; `None` unmutes. Alerts without a
    /// key are ignored.
    pub async fn mute_keys(&mut self, alerts: &[i64], until: Option<i64>, now: i64) -> Result<()> {
        const INSERT: &str =
            "insert into alert_keys (dedup_key, updated_at, muted_until) select distinct a.dedup_key, ";
        for piece in pieces(alerts) {
            on!(tx self, conn => {
                let mut query = QueryBuilder::new(INSERT);
                // PostgreSQL cannot infer the type of a bare parameter in a select list.
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

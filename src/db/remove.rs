//! Deletes everything that belongs to a removed source, in batches, including the search index.

use super::bulk::pieces;
use super::{Db, Result, Searched, Tx, on};

/// Most keys that [`Db::list_keys_of`] returns.
pub const KEYS: i64 = 2_048;

/// Timelines and notifications, deleted first to keep the cascade of the foreign keys short.
const PARTS: [&str; 2] = [
    "delete from alert_activity where id in (select v.id from (select id from alerts where webhook_source_id = $1 \
     limit $2) as old join alert_activity v on v.alert_id = old.id \
     where v.id < (select max(id) from alert_activity) limit $3)",
    "delete from notification_logs where id in (select n.id from (select id from alerts where webhook_source_id = $1 \
     limit $2) as old join notification_logs n on n.alert_id = old.id limit $3)",
];

const ALERTS: &str =
    "delete from alerts where id in (select id from alerts where webhook_source_id = $1 limit $2) returning id";
const EVENTS: &str = "delete from webhook_events where id in (select id from webhook_events where webhook_source_id = $1 limit $2) returning id";

impl Tx {
    /// Deletes up to `limit` rows of a source from one table: timelines, notifications, alerts, events, statistics.
    /// Returns their number; 0 if nothing is left.
    pub async fn remove_some_of(&mut self, source: i64, limit: i64) -> Result<i64> {
        for sql in PARTS {
            let removed = on!(tx self, conn => {
                let query = sqlx::query(sql).bind(source).bind(limit).bind(limit);
                Ok(query.execute(conn).await?.rows_affected() as i64)
            })?;
            if removed > 0 {
                return Ok(removed);
            }
        }
        for (sql, kind) in [(ALERTS, Searched::Alert), (EVENTS, Searched::Event)] {
            let ids: Vec<i64> =
                on!(tx self, conn => sqlx::query_scalar(sql).bind(source).bind(limit).fetch_all(conn).await)?;
            self.forget_words(kind, &ids).await?;
            if kind == Searched::Event {
                self.remove_payloads(&ids).await?;
            }
            if !ids.is_empty() {
                return Ok(ids.len() as i64);
            }
        }
        self.remove_minutes(source, limit).await
    }

    async fn remove_minutes(&mut self, source: i64, limit: i64) -> Result<i64> {
        const SQL: &str = "delete from stats_minute where webhook_source_id = $1 and minute in (select minute \
             from stats_minute where webhook_source_id = $2 order by minute limit $3)";
        on!(tx self, conn => {
            let query = sqlx::query(SQL).bind(source).bind(source).bind(limit);
            Ok(query.execute(conn).await?.rows_affected() as i64)
        })
    }

    /// Deletes deduplication keys.
    pub async fn remove_keys(&mut self, keys: &[String]) -> Result<()> {
        for piece in pieces(keys) {
            on!(tx self, conn => {
                let mut sql = sqlx::QueryBuilder::new("delete from alert_keys where dedup_key in (");
                let mut list = sql.separated(", ");
                piece.for_each(|key| { list.push_bind(key.cloned()); });
                sql.push(")").build().execute(conn).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Deletes the row of a removed source, and by cascade its quarantine. Its events and alerts must be gone.
    pub async fn remove_source_row(&mut self, source: i64) -> Result<()> {
        const ROW: &str = "delete from webhook_sources where id = $1 and deleted_at is not null";
        on!(tx self, conn => sqlx::query(ROW).bind(source).execute(conn).await.map(drop))
    }
}

impl Db {
    /// Deduplication keys of a source above `after`, ascending; at most 2,048.
    pub async fn list_keys_of(&self, source: i64, after: &str) -> Result<Vec<String>> {
        const SQL: &str = "select dedup_key from alert_keys where dedup_key > $1 \
             and substr(dedup_key, 1, length($2)) = $3 order by dedup_key limit $4";
        let prefix = format!("{source}:");
        on!(read self, conn => {
            let query = sqlx::query_scalar(SQL).bind(after).bind(&prefix).bind(&prefix);
            query.bind(KEYS).fetch_all(conn).await
        })
    }
}

//! Removing rows for good, a few at a time, with the words they were found by.

use super::{Db, Result, Searched, Tx, Writer, on};

impl Tx {
    /// Removes up to `limit` events that came before a moment, or of one source; returns how many.
    pub async fn remove_events(&mut self, of: Of, limit: i64) -> Result<usize> {
        const OLD: &str = "delete from webhook_events where id in (select id from webhook_events \
             where created_at < $1 and status in ('processed', 'failed') order by created_at limit $2) returning id";
        const SOURCE: &str = "delete from webhook_events where id in (select id from webhook_events \
             where webhook_source_id = $1 limit $2) returning id";
        let ids = self.remove(OLD, SOURCE, of, limit).await?;
        self.forget_words(Searched::Event, &ids).await?;
        Ok(ids.len())
    }

    /// Removes up to `limit` alerts of one source with their timelines; returns how many.
    pub async fn remove_alerts(&mut self, source: i64, limit: i64) -> Result<usize> {
        const SOURCE: &str = "delete from alerts where id in (select id from alerts \
             where webhook_source_id = $1 limit $2) returning id";
        let ids = self.remove(SOURCE, SOURCE, Of::Source(source), limit).await?;
        self.forget_words(Searched::Alert, &ids).await?;
        Ok(ids.len())
    }

    /// Removes a source of which nothing is left, with its keys and its roll-up.
    pub async fn remove_source_row(&mut self, source: i64) -> Result<()> {
        let prefix = format!("{source}:");
        const KEYS: &str = "delete from alert_keys where substr(dedup_key, 1, length($1)) = $2";
        const ROW: &str = "delete from webhook_sources where id = $1 and deleted_at is not null";
        on!(tx self, conn => {
            sqlx::query(KEYS).bind(&prefix).bind(&prefix).execute(&mut *conn).await?;
            sqlx::query(ROW).bind(source).execute(&mut *conn).await.map(drop)
        })
    }

    async fn remove(&mut self, old: &'static str, source: &'static str, of: Of, limit: i64) -> Result<Vec<i64>> {
        let (sql, bound) = match of {
            Of::Before(at) => (old, at),
            Of::Source(id) => (source, id),
        };
        on!(tx self, conn => sqlx::query_scalar(sql).bind(bound).bind(limit).fetch_all(conn).await)
    }
}

/// Which rows are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Created before this moment, Unix milliseconds.
    Before(i64),
    /// Of the source with this id.
    Source(i64),
}

impl Db {
    /// Forgets some of the roll-up from before a minute; returns how many rows.
    pub async fn prune_stats(&self, before: i64) -> Result<u64> {
        const SQL: &str = "delete from stats_minute where minute in \
             (select minute from stats_minute where minute < $1 order by minute limit 500)";
        on!(write self, Writer::Housekeeping, pool => Ok(sqlx::query(SQL).bind(before).execute(pool).await?.rows_affected()))
    }
}

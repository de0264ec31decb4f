//! Folds old minutes of the roll-up into one row per hour, stored at the first minute of the hour. Sums by hour do not
//! change; a range that begins within a folded hour misses that hour.

use super::{Result, Tx, on};

const HOUR: i64 = 3_600_000;

const COLUMNS: [&str; 8] = ["received", "failed", "info", "warning", "error", "critical", "took_ms", "took_count"];

impl Tx {
    /// Folds up to about `limit` of the oldest minutes before a time (Unix milliseconds) into their hours; returns the
    /// number of rows removed.
    pub async fn fold_minutes(&mut self, before: i64, limit: i64) -> Result<i64> {
        const WHICH: &str = "select distinct minute / 3600000 * 3600000, webhook_source_id from (select minute, \
             webhook_source_id from stats_minute where minute % 3600000 <> 0 and minute < $1 \
             order by minute, webhook_source_id limit $2) as fine order by 1, 2";
        let hours: Vec<(i64, i64)> =
            on!(tx self, conn => sqlx::query_as(WHICH).bind(before).bind(limit).fetch_all(conn).await)?;
        let mut removed = 0;
        for (hour, source) in hours {
            removed += self.fold_hour(hour, source).await?;
        }
        Ok(removed)
    }

    /// Adds minutes 1 to 59 to the row of the first minute. Repeatable: a minute that arrives after its hour was folded
    /// is folded by a later call.
    async fn fold_hour(&mut self, hour: i64, source: i64) -> Result<i64> {
        const DROP: &str = "delete from stats_minute where webhook_source_id = $1 and minute > $2 and minute < $3";
        let fold = format!(
            "insert into stats_minute as h (minute, webhook_source_id, {}) \
             select cast($1 as bigint), webhook_source_id, {} from stats_minute \
             where webhook_source_id = $2 and minute > $3 and minute < $4 group by webhook_source_id \
             on conflict (minute, webhook_source_id) do update set {}",
            COLUMNS.join(", "),
            COLUMNS.map(|name| format!("cast(sum({name}) as bigint)")).join(", "),
            COLUMNS.map(|name| format!("{name} = h.{name} + excluded.{name}")).join(", "),
        );
        on!(tx self, conn => {
            let query = sqlx::query(sqlx::AssertSqlSafe(fold)).bind(hour).bind(source).bind(hour).bind(hour + HOUR);
            query.execute(&mut *conn).await?;
            let query = sqlx::query(DROP).bind(source).bind(hour).bind(hour + HOUR);
            Ok(query.execute(conn).await?.rows_affected() as i64)
        })
    }
}

//! `stats_minute`: the roll-up per source and minute behind all tiles and charts.

use std::collections::BTreeMap;

use app::types::{Hour, MOST_COUNTED, Severity, SourceStats, time};
use sqlx::QueryBuilder;

use super::bulk::{PRESENT, pieces};
use super::{Db, Result, Tx, on};

/// Counts to add to one minute of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MinuteStats {
    /// Start of the minute, Unix milliseconds.
    pub minute: i64,
    /// The source.
    pub webhook_source_id: i64,
    /// Accepted events, without duplicates.
    pub received: i64,
    /// Events that failed for good.
    pub failed: i64,
    /// New alerts of severity info.
    pub info: i64,
    /// New alerts of severity warning.
    pub warning: i64,
    /// New alerts of severity error.
    pub error: i64,
    /// New alerts of severity critical.
    pub critical: i64,
    /// Sum of the times from receipt to commit of the alerts, in milliseconds.
    pub took_ms: i64,
    /// Number of events in `took_ms`.
    pub took_count: i64,
}

/// Number of unresolved problems.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unresolved {
    /// Info, warning, error, critical; each counted up to `MOST_COUNTED + 1`.
    pub by_severity: [i64; 4],
    /// Unread ones of severity warning or above.
    pub unread: i64,
}

impl MinuteStats {
    /// The entry for the minute that contains `at` (Unix milliseconds). The map keeps rows unique and sorted, as
    /// [`Tx::add_stats`] requires.
    pub fn at(rows: &mut BTreeMap<(i64, i64), Self>, at: i64, source: i64) -> &mut Self {
        let minute = at.div_euclid(time::MINUTE) * time::MINUTE;
        rows.entry((minute, source)).or_insert_with(|| Self { minute, webhook_source_id: source, ..Self::default() })
    }
}

const ADD: &str = " on conflict (minute, webhook_source_id) do update set \
     received = stats_minute.received + excluded.received, failed = stats_minute.failed + excluded.failed, \
     info = stats_minute.info + excluded.info, warning = stats_minute.warning + excluded.warning, \
     error = stats_minute.error + excluded.error, critical = stats_minute.critical + excluded.critical, \
     took_ms = stats_minute.took_ms + excluded.took_ms, took_count = stats_minute.took_count + excluded.took_count";

/// Rows per minute and source on PostgreSQL. A transaction holds the row that it adds to until it is on disk, and every other one
/// would wait for it.
const LANES: i64 = 4;

impl Tx {
    /// Adds to the roll-up. Rows must be unique and sorted by (minute, source), so that all nodes lock in the same order.
    pub async fn add_stats(&mut self, rows: &[MinuteStats]) -> Result<()> {
        // Added to the minute as milliseconds; sums and the hourly roll-up select ranges, so they still find these rows.
        let lane = if matches!(self, Self::Postgres(..)) { rand::random_range(0..LANES) } else { 0 };
        for piece in pieces(rows) {
            on!(tx self, conn => {
                let mut query = QueryBuilder::new("insert into stats_minute (minute, webhook_source_id, received, \
                     failed, info, warning, error, critical, took_ms, took_count) select * from (");
                query.push_values(piece, |mut row, s| {
                    row.push_bind(s.map(|s| s.minute + lane)).push_bind(s.map(|s| s.webhook_source_id))
                        .push_bind(s.map(|s| s.received)).push_bind(s.map(|s| s.failed)).push_bind(s.map(|s| s.info))
                        .push_bind(s.map(|s| s.warning)).push_bind(s.map(|s| s.error)).push_bind(s.map(|s| s.critical))
                        .push_bind(s.map(|s| s.took_ms)).push_bind(s.map(|s| s.took_count));
                });
                query.push(PRESENT).push(ADD);
                query.build().execute(conn).await.map(drop)
            })?;
        }
        Ok(())
    }
}

impl Db {
    /// Sums per hour since `from` (Unix milliseconds), oldest first; hours without rows are missing.
    pub async fn list_hours(&self, from: i64) -> Result<Vec<Hour>> {
        self.list_sums(from, time::HOUR).await
    }

    /// The same for another length than an hour, in milliseconds.
    pub async fn list_sums(&self, from: i64, length: i64) -> Result<Vec<Hour>> {
        const SQL: &str = "select minute / $1 * $2 as at, \
             cast(sum(received) as bigint) as received, cast(sum(failed) as bigint) as failed, \
             cast(sum(info) as bigint) as info, cast(sum(warning) as bigint) as warning, \
             cast(sum(error) as bigint) as error, cast(sum(critical) as bigint) as critical, \
             cast(sum(took_ms) as bigint) as took_ms, cast(sum(took_count) as bigint) as took_count \
             from stats_minute where minute >= $3 group by 1 order by 1";
        on!(read self, pool => sqlx::query_as(SQL).bind(length).bind(length).bind(from).fetch_all(pool).await)
    }

    /// Sums over `from <= minute < to` (Unix milliseconds), in one row whose `at` is `from`.
    pub async fn sum_stats(&self, from: i64, to: i64) -> Result<Hour> {
        const SQL: &str = "select $1 as at, \
             cast(coalesce(sum(received), 0) as bigint) as received, cast(coalesce(sum(failed), 0) as bigint) as failed, \
             cast(coalesce(sum(info), 0) as bigint) as info, cast(coalesce(sum(warning), 0) as bigint) as warning, \
             cast(coalesce(sum(error), 0) as bigint) as error, cast(coalesce(sum(critical), 0) as bigint) as critical, \
             cast(coalesce(sum(took_ms), 0) as bigint) as took_ms, cast(coalesce(sum(took_count), 0) as bigint) as took_count \
             from stats_minute where minute >= $2 and minute < $3";
        on!(read self, pool => sqlx::query_as(SQL).bind(from).bind(from).bind(to).fetch_one(pool).await)
    }

    /// All sources that are not deleted, by events received since `from` (Unix milliseconds), with the time of their
    /// last event.
    pub async fn list_source_stats(&self, from: i64) -> Result<Vec<SourceStats>> {
        // `+ 0` keeps SQLite from scanning the whole index by source to avoid a sort for the grouping.
        const SQL: &str = "select s.slug, s.name, s.provider, coalesce(m.received, 0) as received, \
             coalesce(m.failed, 0) as failed, \
             (select max(e.created_at) from webhook_events e where e.webhook_source_id = s.id) as last_event_at \
             from webhook_sources s left join (select webhook_source_id + 0 as source, \
               cast(sum(received) as bigint) as received, cast(sum(failed) as bigint) as failed \
               from stats_minute where minute >= $1 group by 1) m on m.source = s.id \
             where s.deleted_at is null order by received desc, s.name";
        on!(read self, pool => sqlx::query_as(SQL).bind(from).fetch_all(pool).await)
    }

    /// Unresolved problems; `MOST_COUNTED + 1` stands for any number above [`MOST_COUNTED`].
    pub async fn count_unresolved(&self) -> Result<Unresolved> {
        let [info, warning, error, critical] = Severity::ALL else { unreachable!("there are four") };
        let all = [info, warning, error, critical].map(|severity| capped("", *severity));
        let unread = [warning, error, critical].map(|severity| capped("not is_read and ", *severity));
        let sql = format!("select {}, {}", all.join(", "), unread.join(" + "));
        let (info, warning, error, critical, unread) = on!(read self, pool => {
            sqlx::query_as(sqlx::AssertSqlSafe(sql.clone())).fetch_one(pool).await
        })?;
        Ok(Unresolved { by_severity: [info, warning, error, critical], unread: i64::min(unread, MOST_COUNTED + 1) })
    }
}

/// Subquery that counts unresolved problems of a severity up to a maximum, in the order of the partial index.
fn capped(also: &str, severity: Severity) -> String {
    let most = MOST_COUNTED + 1;
    format!(
        "(select count(*) from (select 1 from alerts where {also}not is_notice and state <> 'resolved' and severity = '{severity}' \
         order by last_seen_at desc, id desc limit {most}) as counted)"
    )
}

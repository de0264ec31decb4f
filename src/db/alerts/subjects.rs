//! The newest alert of each deduplication key, as the lifecycle reads and writes it.

use sqlx::QueryBuilder;

use crate::db::bulk::{PRESENT, pieces};
use crate::db::{Result, Tx, on};

/// The newest alert of a deduplication key.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SubjectRow {
    /// `alerts.id`.
    pub id: i64,
    /// `{source}:{key}`.
    pub dedup_key: String,
    /// An `AlertState` as text.
    pub state: String,
    /// A `Severity` as text.
    pub severity: String,
    /// Whether a person has read it.
    pub is_read: bool,
    /// How often it was reported.
    pub occurrences: i64,
    /// Receipt of the last report, Unix milliseconds.
    pub last_seen_at: i64,
    /// How often it was reopened.
    pub episode: i64,
    /// When it was last resolved, Unix milliseconds; 0 if never.
    pub ended_at: i64,
}

/// Alerts resolved by an earlier version have no `ended_at`; the time of their last change is used instead.
const FIND: &str = "select id, dedup_key, state, severity, is_read, occurrences, last_seen_at, episode, \
     coalesce(ended_at, case when state = 'resolved' then updated_at end, 0) as ended_at from alerts where id in \
     (select max(id) from alerts where dedup_key in (";

impl Tx {
    /// Reads the newest alert of each key and locks it until the commit, in ascending order of ids per 512 keys. The lock
    /// excludes concurrent changes by people, which do not lock the key first.
    pub async fn lock_subjects(&mut self, keys: &[String]) -> Result<Vec<SubjectRow>> {
        let lock = if matches!(self, Self::Postgres(..)) { " for update" } else { "" };
        let mut rows = Vec::with_capacity(keys.len());
        for piece in pieces(keys) {
            rows.extend(on!(tx self, conn => {
                let mut query = QueryBuilder::new(FIND);
                let mut list = query.separated(", ");
                piece.for_each(|key| { list.push_bind(key); });
                query.push(") group by dedup_key) order by id").push(lock);
                query.build_query_as::<SubjectRow>().fetch_all(conn).await
            })?);
        }
        Ok(rows)
    }

    /// Updates all columns of these rows but `id` and `dedup_key`.
    pub async fn write_subjects(&mut self, rows: &[SubjectRow], now: i64) -> Result<()> {
        for piece in pieces(rows) {
            on!(tx self, conn => {
                let mut query = QueryBuilder::new("update alerts set state = rows.column2, severity = rows.column3, \
                     is_read = rows.column4, occurrences = rows.column5, last_seen_at = rows.column6, \
                     episode = rows.column7, ended_at = nullif(rows.column8, 0), updated_at = rows.column9 from (");
                query.push_values(piece, |mut row, a| {
                    row.push_bind(a.map(|a| a.id)).push_bind(a.map(|a| &a.state)).push_bind(a.map(|a| &a.severity))
                        .push_bind(a.map(|a| a.is_read)).push_bind(a.map(|a| a.occurrences))
                        .push_bind(a.map(|a| a.last_seen_at)).push_bind(a.map(|a| a.episode))
                        .push_bind(a.map(|a| a.ended_at)).push_bind(a.map(|_| now));
                });
                query.push(PRESENT).push(" and alerts.id = rows.column1").build().execute(conn).await.map(drop)
            })?;
        }
        Ok(())
    }
}

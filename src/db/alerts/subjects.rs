//! The newest alert of each key, as the life of alerts goes by it.

use sqlx::QueryBuilder;

use crate::db::bulk::{PRESENT, pieces};
use crate::db::{Result, Tx, on};

/// An alert with a key.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SubjectRow {
    pub id: i64,
    pub dedup_key: String,
    pub state: String,
    pub severity: String,
    pub is_read: bool,
    pub occurrences: i64,
    pub last_seen_at: i64,
    pub episode: i64,
    pub ended_at: i64,
}

/// What an earlier version resolved says only when it last changed.
const FIND: &str = "select id, dedup_key, state, severity, is_read, occurrences, last_seen_at, episode, \
     coalesce(ended_at, case when state = 'resolved' then updated_at end, 0) as ended_at from alerts where id in \
     (select max(id) from alerts where dedup_key in (";

impl Tx {
    /// The newest alert of each key, locked against what people do at the same time, in the order of their ids.
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

    /// Writes what became of them.
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

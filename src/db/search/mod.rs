//! Full-text search by word prefix over alerts and events. The index is written in the background by the indexer.
//!
//! SQLite uses FTS5, PostgreSQL a `tsvector` column with a GIN index. Results are ordered by id, which is nearly the order of
//! receipt.

mod fts_query;
mod index;

use app::types::Cursor;

use super::{Db, Result, on};
use crate::words::words_of;

pub use index::EventText;

/// Rows read from the index at a time: few at first, since that fills most pages; doubled up to the maximum.
const FIRST_PIECE: i64 = 256;
const LAST_PIECE: i64 = 16_384;

/// The kind of row to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Searched {
    /// Title and message of alerts.
    Alert,
    /// Type, delivery id and the beginning of the body of events.
    Event,
}

impl Searched {
    const fn word(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Event => "event",
        }
    }

    const fn table(self) -> &'static str {
        match self {
            Self::Alert => "alerts_text",
            Self::Event => "events_text",
        }
    }
}

impl Db {
    /// A page of search results, highest ids first, up to `limit + 1`. `read` loads the rows of the given ids and drops those
    /// that do not match the other filters. Empty if `q` contains no word.
    pub async fn list_found<T, R: Future<Output = Result<Vec<T>>>>(
        &self,
        kind: Searched,
        q: &str,
        cursor: Option<Cursor>,
        limit: i64,
        read: impl Fn(Vec<i64>) -> R,
    ) -> Result<Vec<T>> {
        let words = words_of(q);
        let (mut found, mut below, mut piece) = (Vec::new(), cursor.map_or(i64::MAX, |cursor| cursor.id), FIRST_PIECE);
        let query_text = self.fts_query(kind, &words).await?;
        while !words.is_empty() && found.len() as i64 <= limit {
            let (ids, are_all) = self.search(kind, &query_text, below, piece).await?;
            let Some(last) = ids.last().copied() else { break };
            found.extend(read(ids).await?);
            if are_all {
                break;
            }
            below = last;
            piece = (piece * 2).min(LAST_PIECE);
        }
        found.truncate(usize::try_from(limit + 1).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// Up to `limit` matching rows below an id, highest ids first, and whether there are no more.
    ///
    /// A GIN index has no order, so on PostgreSQL the newest `4 * limit` rows are scanned first. If fewer than one in
    /// twenty of them match, the query is selective enough to collect all matches by the index and sort them.
    async fn search(&self, kind: Searched, query_text: &str, below: i64, limit: i64) -> Result<(Vec<i64>, bool)> {
        let ordered = in_order(self, kind);
        let ids: Vec<i64> = match self {
            Self::Sqlite(embedded) => on!(checkout &embedded.readers, conn => {
                let query = sqlx::query_scalar(ordered).bind(query_text).bind(below).bind(limit);
                query.fetch_all(conn).await
            })?,
            Self::Postgres(networked) => {
                let newest: Vec<i64> = on!(checkout &networked.pool, conn => {
                    let query = sqlx::query_scalar(ordered).bind(query_text).bind(below).bind(below);
                    query.bind(limit * 4).bind(limit).fetch_all(conn).await
                })?;
                if newest.len() as i64 >= limit / 5 {
                    return Ok((newest, false));
                }
                on!(checkout &networked.pool, conn => {
                    sqlx::query_scalar(by_word(kind)).bind(query_text).bind(below).bind(limit).fetch_all(conn).await
                })?
            }
        };
        let are_all = (ids.len() as i64) < limit;
        Ok((ids, are_all))
    }
}

/// Reads in the order of ids, so that a common word costs no more than the rows needed to fill the page.
const fn in_order(db: &Db, kind: Searched) -> &'static str {
    match (db, kind) {
        (Db::Sqlite(_), Searched::Alert) => {
            "select rowid from alerts_text where alerts_text match $1 and rowid < $2 order by rowid desc limit $3"
        }
        (Db::Sqlite(_), Searched::Event) => {
            "select rowid from events_text where events_text match $1 and rowid < $2 order by rowid desc limit $3"
        }
        (Db::Postgres(_), Searched::Alert) => {
            "select rowid from alerts_text where words @@ $1::text::tsquery and rowid < $2 and rowid >= \
             least($3, (select max(rowid) + 1 from alerts_text)) - $4 order by rowid desc limit $5"
        }
        (Db::Postgres(_), Searched::Event) => {
            "select rowid from events_text where words @@ $1::text::tsquery and rowid < $2 and rowid >= \
             least($3, (select max(rowid) + 1 from events_text)) - $4 order by rowid desc limit $5"
        }
    }
}

/// By the GIN index: `rowid + 0` keeps the planner from scanning the primary key in order instead.
const fn by_word(kind: Searched) -> &'static str {
    match kind {
        Searched::Alert => {
            "select rowid from alerts_text where words @@ $1::text::tsquery and rowid < $2 order by rowid + 0 desc limit $3"
        }
        Searched::Event => {
            "select rowid from events_text where words @@ $1::text::tsquery and rowid < $2 order by rowid + 0 desc limit $3"
        }
    }
}

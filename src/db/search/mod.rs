//! Full text: the words of alerts and events, written by the indexer and found by their beginnings.
//!
//! A fork: SQLite has FTS5, PostgreSQL a `tsvector` under a GIN index. The order of ids is nearly the order of arrival.

mod fts_query;
mod index;

use app::types::Cursor;

use super::{Db, Result, on};
use crate::words::words_of;

pub use index::EventText;

/// Rows asked of the index at a time: few at first, since most pages need no more.
const FIRST_PIECE: i64 = 256;
const LAST_PIECE: i64 = 16_384;

/// What is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Searched {
    Alert,
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
    /// A page of what the index found, newest first: `read` gets ids and leaves out what other filters do not want.
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

    /// Up to `limit` rows below an id, newest first, that answer the query; and whether these are all.
    ///
    /// PostgreSQL's index of words knows no order: a word that one in twenty of the newest rows holds is found there, and one
    /// that is rarer is rare enough to be sorted.
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

/// Asked in the order of ids, so that a common word costs no more than the rows it takes to fill a piece.
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

/// By PostgreSQL's index of words: `+ 0` keeps the planner from reading every row in order instead.
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

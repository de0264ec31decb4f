//! Full text: the words of alerts and events, written by the indexer and found by their beginnings.
//!
//! A fork: SQLite has FTS5, PostgreSQL a `tsvector` under a GIN index. The order of ids is nearly the order of arrival.

use std::collections::BTreeSet;

use app::types::Cursor;
use sqlx::QueryBuilder;

use super::bulk::{PRESENT, pieces};
use super::{Db, Result, Tx, on};
use crate::words::words_of;

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

/// What the indexer reads of an event.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EventText {
    pub id: i64,
    pub event_type: String,
    pub delivery_id: String,
    pub content_type: String,
    /// The beginning of the body.
    pub head: Vec<u8>,
}

impl Tx {
    /// Asks the indexer to read rows, once each.
    pub async fn queue_search(&mut self, kind: Searched, ids: &[i64]) -> Result<()> {
        for piece in pieces(ids) {
            on!(tx self, conn => {
                let mut query = QueryBuilder::new("insert into search_queue (row_id, kind) select * from (");
                query.push_values(piece, |mut row, id| {
                    row.push_bind(id.copied()).push_bind(kind.word());
                });
                query.push(PRESENT).push(" on conflict do nothing").build().execute(conn).await?;
            });
        }
        Ok(())
    }

    /// Takes up to `limit` rows that are to be read, the oldest first; they are another's again if this is not committed.
    pub async fn take_search(&mut self, kind: Searched, limit: i64) -> Result<Vec<i64>> {
        const SQLITE: &str = "delete from search_queue where kind = $1 and row_id in \
             (select row_id from search_queue where kind = $2 order by row_id limit $3) returning row_id";
        const POSTGRES: &str = "delete from search_queue where kind = $1 and row_id in \
             (select row_id from search_queue where kind = $2 order by row_id limit $3 for update skip locked) \
             returning row_id";
        let word = kind.word();
        match self {
            Self::Sqlite(tx, _) => {
                sqlx::query_scalar(SQLITE).bind(word).bind(word).bind(limit).fetch_all(&mut **tx).await
            }
            Self::Postgres(tx, _) => {
                sqlx::query_scalar(POSTGRES).bind(word).bind(word).bind(limit).fetch_all(&mut **tx).await
            }
        }
    }

    /// Writes the words of a row, in place of those it had.
    pub async fn index_words(&mut self, kind: Searched, id: i64, words: &BTreeSet<String>) -> Result<()> {
        match self {
            Self::Sqlite(tx, _) => {
                let sql = match kind {
                    Searched::Alert => "insert or replace into alerts_text (rowid, words) values ($1, $2)",
                    Searched::Event => "insert or replace into events_text (rowid, words) values ($1, $2)",
                };
                let text = words.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
                sqlx::query(sql).bind(id).bind(text).execute(&mut **tx).await.map(drop)
            }
            Self::Postgres(tx, _) => {
                let sql = match kind {
                    Searched::Alert => {
                        "insert into alerts_text (rowid, words) values ($1, array_to_tsvector($2)) \
                         on conflict (rowid) do update set words = excluded.words"
                    }
                    Searched::Event => {
                        "insert into events_text (rowid, words) values ($1, array_to_tsvector($2)) \
                         on conflict (rowid) do update set words = excluded.words"
                    }
                };
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                sqlx::query(sql).bind(id).bind(words).execute(&mut **tx).await.map(drop)
            }
        }
    }

    /// Forgets the words of rows that are gone.
    pub async fn forget_words(&mut self, kind: Searched, ids: &[i64]) -> Result<()> {
        for piece in pieces(ids) {
            on!(tx self, conn => {
                let mut query = QueryBuilder::new("delete from ");
                query.push(kind.table()).push(" where rowid in (");
                let mut list = query.separated(", ");
                piece.for_each(|id| { list.push_bind(id.copied()); });
                query.push(")").build().execute(conn).await?;
            });
        }
        Ok(())
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
        while !words.is_empty() && found.len() as i64 <= limit {
            let (ids, are_all) = self.search(kind, &words, below, piece).await?;
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

    /// Whether the indexer has anything to read.
    pub async fn search_waits(&self) -> Result<bool> {
        const SQL: &str = "select exists (select 1 from search_queue)";
        on!(read self, pool => sqlx::query_scalar(SQL).fetch_one(pool).await)
    }

    /// Up to `limit` rows below an id, newest first, that hold a word beginning with each of these; and whether these are all.
    ///
    /// PostgreSQL's index of words knows no order: a word that one in twenty of the newest rows holds is found there, and one
    /// that is rarer is rare enough to be sorted.
    pub async fn search(
        &self,
        kind: Searched,
        words: &BTreeSet<String>,
        below: i64,
        limit: i64,
    ) -> Result<(Vec<i64>, bool)> {
        let (question, ordered) = (question(self, words), in_order(self, kind));
        let ids: Vec<i64> = match self {
            Self::Sqlite(embedded) => {
                let query = sqlx::query_scalar(ordered).bind(question).bind(below).bind(limit);
                query.fetch_all(&embedded.readers).await?
            }
            Self::Postgres(networked) => {
                let query = sqlx::query_scalar(ordered).bind(&question).bind(below).bind(below);
                let newest: Vec<i64> = query.bind(limit * 4).bind(limit).fetch_all(&networked.pool).await?;
                if newest.len() as i64 >= limit / 5 {
                    return Ok((newest, false));
                }
                let query = sqlx::query_scalar(by_word(kind)).bind(question).bind(below).bind(limit);
                query.fetch_all(&networked.pool).await?
            }
        };
        let are_all = (ids.len() as i64) < limit;
        Ok((ids, are_all))
    }

    /// What the indexer reads of alerts: title and message.
    pub async fn list_alert_texts(&self, ids: &[i64]) -> Result<Vec<(i64, String, String)>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        on!(read self, pool => {
            let mut query = QueryBuilder::new("select id, title, message from alerts where id in (");
            let mut list = query.separated(", ");
            ids.iter().for_each(|id| { list.push_bind(*id); });
            query.push(")").build_query_as().persistent(false).fetch_all(pool).await
        })
    }

    /// What the indexer reads of events: the first `head` bytes of the body and what stands beside it.
    pub async fn list_event_texts(&self, ids: &[i64], head: i32) -> Result<Vec<EventText>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        on!(read self, pool => {
            let mut query =
                QueryBuilder::new("select id, event_type, delivery_id, content_type, substr(payload, 1, ");
            query.push_bind(head).push(") as head from webhook_events where id in (");
            let mut list = query.separated(", ");
            ids.iter().for_each(|id| { list.push_bind(*id); });
            query.push(")").build_query_as().persistent(false).fetch_all(pool).await
        })
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

/// Words hold letters and digits only, so nothing in them can be meant as an operator.
fn question(db: &Db, words: &BTreeSet<String>) -> String {
    let (prefix, and): (fn(&String) -> String, &str) = match db {
        Db::Sqlite(_) => (|word| format!("\"{word}\"*"), " "),
        Db::Postgres(_) => (|word| format!("'{word}':*"), " & "),
    };
    words.iter().map(prefix).collect::<Vec<_>>().join(and)
}

//! Queries of the indexer: its queue, the texts to index, and the index itself.

use std::collections::BTreeSet;

use sqlx::QueryBuilder;
use sqlx::types::Json;

use super::Searched;
use crate::db::StoredBody;
use crate::db::bulk::{PRESENT, pieces, push_ids};
use crate::db::{Db, Result, Tx, Writer, on};

/// The indexed columns of an event.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EventText {
    /// `webhook_events.id`.
    pub id: i64,
    /// The provider's name of the event type.
    pub event_type: String,
    /// The provider's id of the delivery.
    pub delivery_id: String,
    /// `Content-Type` as received; not indexed, but tells how to read the body.
    pub content_type: String,
    /// The first bytes of the body, which may end within a character; the whole body if it is stored compressed.
    #[sqlx(flatten)]
    pub body: StoredBody,
}

impl Tx {
    /// Queues rows for the indexer; rows queued already are ignored.
    pub async fn queue_search(&mut self, kind: Searched, ids: &[i64]) -> Result<()> {
        for piece in pieces(ids) {
            on!(tx self, conn => {
                let mut query = QueryBuilder::new("insert into search_queue (row_id, kind) select * from (");
                query.push_values(piece, |mut row, id| {
                    row.push_bind(id.copied()).push_bind(kind.word());
                });
                query.push(PRESENT).push(" on conflict do nothing").build().execute(conn).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Dequeues those of these rows that are still queued and that no other node takes. Without a commit they return to the
    /// queue.
    pub async fn take_search(&mut self, kind: Searched, ids: &[i64]) -> Result<Vec<i64>> {
        const SQLITE: &str = "delete from search_queue where kind = $1 \
             and row_id in (select value from json_each($2)) returning row_id";
        const POSTGRES: &str = "delete from search_queue where kind = $1 and row_id in (select row_id from search_queue \
             where kind = $1 and row_id = any($2) order by row_id for update skip locked) returning row_id";
        let word = kind.word();
        match self {
            Self::Sqlite(checkout, _) => on!(one checkout, conn => {
                sqlx::query_scalar(SQLITE).bind(word).bind(Json(ids)).fetch_all(conn).await
            }),
            Self::Postgres(checkout, _) => on!(one checkout, conn => {
                sqlx::query_scalar(POSTGRES).bind(word).bind(ids).fetch_all(conn).await
            }),
        }
    }

    /// Replaces the indexed words of rows.
    pub async fn index_words(&mut self, kind: Searched, rows: &[(i64, &BTreeSet<String>)]) -> Result<()> {
        let joined = |words: &BTreeSet<String>| words.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        let (ids, texts): (Vec<i64>, Vec<String>) = rows.iter().map(|(id, words)| (*id, joined(words))).unzip();
        match self {
            Self::Sqlite(checkout, _) => {
                let sql = match kind {
                    Searched::Alert => "insert or replace into alerts_text (rowid, words) values ($1, $2)",
                    Searched::Event => "insert or replace into events_text (rowid, words) values ($1, $2)",
                };
                for (id, text) in ids.iter().zip(&texts) {
                    on!(one checkout, conn => sqlx::query(sql).bind(*id).bind(text).execute(conn).await.map(drop))?;
                }
                Ok(())
            }
            Self::Postgres(checkout, _) => {
                let sql = match kind {
                    Searched::Alert => {
                        "insert into alerts_text (rowid, words) select id, array_to_tsvector(string_to_array(words, ' ')) \
                         from unnest($1, $2) as rows (id, words) on conflict (rowid) do update set words = excluded.words"
                    }
                    Searched::Event => {
                        "insert into events_text (rowid, words) select id, array_to_tsvector(string_to_array(words, ' ')) \
                         from unnest($1, $2) as rows (id, words) on conflict (rowid) do update set words = excluded.words"
                    }
                };
                on!(one checkout, conn => sqlx::query(sql).bind(&ids).bind(&texts).execute(conn).await.map(drop))
            }
        }
    }

    /// Deletes rows from the index and its queue.
    pub async fn forget_words(&mut self, kind: Searched, ids: &[i64]) -> Result<()> {
        self.take_search(kind, ids).await?;
        for piece in pieces(ids) {
            on!(tx self, conn => {
                let mut query = QueryBuilder::new("delete from ");
                query.push(kind.table()).push(" where rowid in (");
                push_ids(&mut query, piece);
                query.push(")").build().execute(conn).await.map(drop)
            })?;
        }
        Ok(())
    }
}

/// FTS5 pages (about 4 KB) that one merge may write, and most merges of an index per call.
const MERGED: i64 = 64;
const MERGES: usize = 3;

impl Db {
    /// Merges a few segments of the FTS5 indexes. Automatic merges are disabled, because they took up to 0.7 s within some
    /// writer's commit. No-op on PostgreSQL, which maintains its index itself.
    pub async fn merge_words(&self, kinds: &[Searched]) -> Result<()> {
        if self.is_shared() {
            return Ok(());
        }
        for kind in kinds {
            for _ in 0..MERGES {
                if !self.merge_some(*kind).await? {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Returns whether anything was merged: `total_changes()` increases by less than 2 if a merge had nothing to do (FTS5
    /// documentation, "The 'merge' Command").
    async fn merge_some(&self, kind: Searched) -> Result<bool> {
        const CHANGES: &str = "select total_changes()";
        let sql = match kind {
            Searched::Alert => "insert into alerts_text (alerts_text, rank) values ('merge', $1)",
            Searched::Event => "insert into events_text (events_text, rank) values ('merge', $1)",
        };
        on!(write self, Writer::Sweeper, conn => {
            let before: i64 = sqlx::query_scalar(CHANGES).fetch_one(&mut *conn).await?;
            sqlx::query(sql).bind(MERGED).execute(&mut *conn).await?;
            let after: i64 = sqlx::query_scalar(CHANGES).fetch_one(conn).await?;
            Ok(after - before > 1)
        })
    }

    /// Whether the queue of the indexer has rows.
    pub async fn search_waits(&self) -> Result<bool> {
        const SQL: &str = "select exists (select 1 from search_queue)";
        on!(read self, pool => sqlx::query_scalar(SQL).fetch_one(pool).await)
    }

    /// Up to `limit` queued rows, smallest ids first.
    pub async fn list_search(&self, kind: Searched, limit: i64) -> Result<Vec<i64>> {
        const SQL: &str = "select row_id from search_queue where kind = $1 order by row_id limit $2";
        on!(read self, pool => sqlx::query_scalar(SQL).bind(kind.word()).bind(limit).fetch_all(pool).await)
    }

    /// The texts to index of alerts, as `(id, title, message)`.
    pub async fn list_alert_texts(&self, ids: &[i64]) -> Result<Vec<(i64, String, String)>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        on!(read self, pool => {
            let mut query = QueryBuilder::new("select id, title, message from alerts where id in (");
            push_ids(&mut query, ids.iter().map(Some));
            query.push(")").build_query_as().persistent(false).fetch_all(pool).await
        })
    }

    /// The texts to index of events, with the first `head` bytes of their bodies.
    pub async fn list_event_texts(&self, ids: &[i64], head: i32) -> Result<Vec<EventText>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        on!(read self, pool => {
            let mut query =
                QueryBuilder::new("select e.id, e.event_type, e.delivery_id, e.content_type, case when p.encoding <> '' \
                 then p.payload else substr(coalesce(p.payload, e.payload), 1, ");
            query.push_bind(head).push(") end as payload, coalesce(p.encoding, '') as encoding from webhook_events e \
                 left join webhook_payloads p on p.event_id = e.id where e.id in (");
            push_ids(&mut query, ids.iter().map(Some));
            query.push(")").build_query_as().persistent(false).fetch_all(pool).await
        })
    }
}

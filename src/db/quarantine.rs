//! `quarantine`: rejected requests, bounded in number, size and age.

use app::types::{Cursor, MOST_COUNTED, QuarantineQuery, RefusedRequest};
use bytes::Bytes;
use serde_json::{Map, Value};
use sqlx::QueryBuilder;
use sqlx::types::Json;

use super::filter::Filter;
use super::{Db, Result, Tx, on};

/// Most rows and bytes per source; the oldest of the same source are deleted first, never those of another one.
const MAX_ROWS: i64 = 500;
const MAX_BYTES: i64 = 16 * 1024 * 1024;

/// A rejected request to insert.
#[derive(Clone, Debug)]
pub struct NewRefused {
    /// The source that it was sent to.
    pub webhook_source_id: i64,
    /// Random id of the request, also in the log and the response.
    pub request_id: String,
    /// The reject reason as one word, such as `mismatch`.
    pub reason: &'static str,
    /// The reject reason in a sentence, with a hint at the cause if there is one.
    pub detail: String,
    /// The raw body; empty if it was not read completely.
    pub payload: Bytes,
    /// `Content-Type` as received.
    pub content_type: String,
    /// Headers by name, with secrets redacted.
    pub headers: Map<String, Value>,
    /// Complete headers and query, encrypted; `None` if the body is missing, so that verifying again is impossible.
    pub sealed: Option<String>,
    /// Address of the client, behind trusted proxies.
    pub ip_address: String,
    /// Time of receipt, Unix milliseconds.
    pub created_at: i64,
}

/// The columns needed to verify a request again.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Refused {
    /// `quarantine.id`.
    pub id: i64,
    /// The source that it was sent to.
    pub webhook_source_id: i64,
    /// Random id of the request.
    pub request_id: String,
    /// The raw body.
    pub payload: Vec<u8>,
    /// Complete headers and query, encrypted; `None` if it cannot be verified again.
    pub sealed: Option<String>,
    /// Address of the client, behind trusted proxies.
    pub ip_address: String,
    /// Time of receipt, Unix milliseconds.
    pub created_at: i64,
}

impl NewRefused {
    /// Size of the row in bytes, without its short columns; counts towards the limit of the source.
    pub fn stored_bytes(&self) -> i64 {
        let headers: usize = self.headers.iter().map(|(name, value)| name.len() + value.to_string().len() + 4).sum();
        let sealed = self.sealed.as_ref().map_or(0, String::len);
        (self.payload.len() + headers + sealed + self.detail.len()) as i64
    }
}

const SLIM: &str = "select q.id, q.webhook_source_id, s.slug as source, q.request_id, q.reason, q.detail, \
     q.content_type, q.ip_address, q.size, q.retried_event_id, q.created_at from quarantine q \
     join webhook_sources s on s.id = q.webhook_source_id";

impl Tx {
    /// Inserts a request, then deletes the oldest of its source beyond 500 rows or 16 MB.
    pub async fn insert_refused(&mut self, new: &NewRefused) -> Result<()> {
        const SQL: &str = "insert into quarantine (webhook_source_id, request_id, reason, detail, payload, \
             content_type, headers, sealed, ip_address, size, created_at, stored_bytes) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        on!(tx self, conn => {
            let query = sqlx::query(SQL).bind(new.webhook_source_id).bind(&new.request_id).bind(new.reason);
            let query = query.bind(&new.detail).bind(new.payload.as_ref()).bind(&new.content_type).bind(Json(&new.headers));
            let query = query.bind(&new.sealed).bind(&new.ip_address).bind(new.payload.len() as i64);
            query.bind(new.created_at).bind(new.stored_bytes()).execute(conn).await.map(drop)
        })?;
        self.make_room(new.webhook_source_id).await
    }

    async fn make_room(&mut self, source: i64) -> Result<()> {
        const SQL: &str = "delete from quarantine where id in (select id from (select id, \
               row_number() over (order by id desc) as place, sum(stored_bytes) over (order by id desc) as bytes \
             from quarantine where webhook_source_id = $1) as kept where place > $2 or bytes > $3)";
        on!(tx self, conn => {
            sqlx::query(SQL).bind(source).bind(MAX_ROWS).bind(MAX_BYTES).execute(conn).await.map(drop)
        })
    }

    /// Links a request to the event that it was accepted as, and drops its body, which is now stored with that event. Returns
    /// false if it was accepted before or no longer exists.
    pub async fn mark_retried(&mut self, id: i64, event_id: i64) -> Result<bool> {
        const SQL: &str = "update quarantine set retried_event_id = $1, payload = $2, sealed = null, stored_bytes = 0 \
             where id = $3 and retried_event_id is null";
        let empty: &[u8] = &[];
        on!(tx self, conn => {
            let query = sqlx::query(SQL).bind(event_id).bind(empty).bind(id);
            Ok(query.execute(conn).await?.rows_affected() > 0)
        })
    }

    /// Deletes a request.
    pub async fn delete_refused(&mut self, id: i64) -> Result<()> {
        const SQL: &str = "delete from quarantine where id = $1";
        on!(tx self, conn => sqlx::query(SQL).bind(id).execute(conn).await.map(drop))
    }
}

impl Db {
    /// A page of rejected requests, newest first: up to `limit + 1`, so that the caller knows whether there is a next page.
    pub async fn list_refused(
        &self,
        query: &QuarantineQuery,
        cursor: Option<Cursor>,
        limit: i64,
    ) -> Result<Vec<RefusedRequest>> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new(SLIM);
            let mut filter = Filter::new(&mut sql);
            narrow(&mut filter, query).after("q", cursor).newest("q", limit + 1);
            sql.build_query_as().fetch_all(pool).await
        })
    }

    /// Requests per source received since `from` (Unix milliseconds) and not accepted later, as `(source, count)`.
    pub async fn count_refused(&self, from: i64) -> Result<Vec<(i64, i64)>> {
        const SQL: &str = "select webhook_source_id, count(*) from quarantine \
             where created_at >= $1 and retried_event_id is null group by webhook_source_id";
        on!(read self, pool => sqlx::query_as(SQL).bind(from).fetch_all(pool).await)
    }

    /// The same of one source; `MOST_COUNTED + 1` stands for any number above [`MOST_COUNTED`].
    pub async fn count_refused_of_source(&self, id: i64, from: i64) -> Result<i64> {
        const SQL: &str = "select count(*) from (select 1 from quarantine where webhook_source_id = $1 and created_at >= $2 \
             and retried_event_id is null order by created_at desc, id desc limit $3) as counted";
        on!(read self, pool => sqlx::query_scalar(SQL).bind(id).bind(from).bind(MOST_COUNTED + 1).fetch_one(pool).await)
    }

    /// Up to `limit` ids above `after` of matching requests that were not accepted later, ascending.
    pub async fn list_refused_ids(&self, query: &QuarantineQuery, after: i64, limit: i64) -> Result<Vec<i64>> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new(
                "select q.id from quarantine q join webhook_sources s on s.id = q.webhook_source_id");
            let mut filter = Filter::new(&mut sql);
            narrow(&mut filter, query).above("q.id", after).empty("q.retried_event_id");
            sql.push(" order by q.id limit ").push_bind(limit);
            sql.build_query_scalar().fetch_all(pool).await
        })
    }

    /// The data for verifying a request again; `None` if it was already accepted or does not exist.
    pub async fn find_refused(&self, id: i64) -> Result<Option<Refused>> {
        const SQL: &str = "select id, webhook_source_id, request_id, payload, sealed, ip_address, created_at \
             from quarantine where id = $1 and retried_event_id is null";
        on!(read self, pool => sqlx::query_as(SQL).bind(id).fetch_optional(pool).await)
    }

    /// A request as in lists, with its redacted headers; `None` if it does not exist.
    pub async fn find_refused_parts(&self, id: i64) -> Result<Option<(RefusedRequest, Map<String, Value>)>> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new(SLIM);
            sql.push(" where q.id = ").push_bind(id);
            let Some(slim) = sql.build_query_as().fetch_optional(&mut *pool).await? else { return Ok(None) };
            let headers: Json<Map<String, Value>> =
                sqlx::query_scalar("select headers from quarantine where id = $1").bind(id).fetch_one(pool).await?;
            Ok(Some((slim, headers.0)))
        })
    }

    /// The raw body; empty once the request was accepted, `None` if it does not exist.
    pub async fn find_refused_payload(&self, id: i64) -> Result<Option<Vec<u8>>> {
        const SQL: &str = "select payload from quarantine where id = $1";
        on!(read self, pool => sqlx::query_scalar(SQL).bind(id).fetch_optional(pool).await)
    }
}

fn narrow<'f, 'q, DB: super::filter::Dialect>(
    filter: &'f mut Filter<'q, DB>,
    query: &QuarantineQuery,
) -> &'f mut Filter<'q, DB> {
    filter
        .text("s.slug", query.source.as_deref())
        .text("q.reason", query.reason.as_deref())
        .text("q.ip_address", query.ip_address.as_deref())
        .between("q.created_at", query.from, query.to)
}

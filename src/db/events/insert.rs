//! Inserts a batch of deliveries, without duplicates.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;
use sqlx::types::Json;
use sqlx::{PgConnection, Postgres, QueryBuilder, Sqlite, SqliteConnection};

use super::payload::NewPayload;
use super::{BodyDedup, NewEvent, Recorded};
use crate::db::bulk::{PRESENT, pieces};
use crate::db::{Layout, Result, Tx, on};

/// First key of the PostgreSQL advisory lock on a source: ASCII "repl". The second is the source id.
const REPLAY_LOCK: i32 = 0x7265_706c;

impl Tx {
    /// Inserts a batch and returns, by request id, the new event or the existing one with the same delivery id. The
    /// batch must be sorted by (source, delivery id), so that concurrent batches cannot deadlock.
    pub async fn insert_events(&mut self, batch: &[NewEvent], layout: Layout) -> Result<HashMap<String, Recorded>> {
        let new = match self {
            Self::Sqlite(checkout, _) => on!(one checkout, conn => insert_rows(conn, batch, layout).await)?,
            Self::Postgres(checkout, _) => on!(one checkout, conn => insert_arrays(conn, batch, layout).await)?,
        };
        if layout == Layout::Apart {
            self.insert_payloads(batch, &new).await?;
        }
        let new =
            new.into_iter().map(|(event_id, request_id)| (request_id, Recorded { event_id, is_duplicate: false }));
        let mut recorded: HashMap<String, Recorded> = new.collect();
        for duplicate in batch.iter().filter(|e| !recorded.contains_key(&e.request_id)).collect::<Vec<_>>() {
            let event_id = self.first_event(duplicate.webhook_source_id, &duplicate.delivery_id).await?;
            recorded.insert(duplicate.request_id.clone(), Recorded { event_id, is_duplicate: true });
        }
        Ok(recorded)
    }

    /// Inserts a delivery unless its source received the same body since [`BodyDedup::since`], or the same delivery id
    /// before.
    pub async fn insert_unless_duplicate(
        &mut self,
        event: &NewEvent,
        dedup_by_body: &BodyDedup,
        layout: Layout,
    ) -> Result<Recorded> {
        self.lock_bodies(event.webhook_source_id).await?;
        if let Some(event_id) = self.find_same_body(event.webhook_source_id, dedup_by_body).await? {
            return Ok(Recorded { event_id, is_duplicate: true });
        }
        let recorded = self.insert_events(std::slice::from_ref(event), layout).await?;
        recorded.into_values().next().ok_or(sqlx::Error::RowNotFound)
    }

    /// Stores the bodies of the new ones, given as `(event, request)`.
    async fn insert_payloads<'a>(&mut self, batch: &'a [NewEvent], new: &[(i64, String)]) -> Result<()> {
        let ids: HashMap<&str, i64> = new.iter().map(|(id, request)| (request.as_str(), *id)).collect();
        let payload = |event: &'a NewEvent| {
            Some(NewPayload::new(*ids.get(event.request_id.as_str())?, &event.payload, &event.headers))
        };
        let payloads: Vec<NewPayload<'_>> = batch.iter().filter_map(payload).collect();
        self.insert_payload_rows(&payloads).await
    }

    /// Serializes check and insert across nodes; SQLite has a single writer anyway.
    async fn lock_bodies(&mut self, source: i64) -> Result<()> {
        const SQL: &str = "select pg_advisory_xact_lock($1, $2)";
        match self {
            Self::Sqlite(..) => Ok(()),
            Self::Postgres(checkout, _) => on!(one checkout, conn => {
                sqlx::query(SQL).bind(REPLAY_LOCK).bind(source as i32).execute(conn).await.map(drop)
            }),
        }
    }

    async fn find_same_body(&mut self, source: i64, dedup_by_body: &BodyDedup) -> Result<Option<i64>> {
        const SQL: &str = "select id from webhook_events where webhook_source_id = $1 and body_hash = $2 \
             and created_at >= $3 order by created_at, id limit 1";
        on!(tx self, conn => {
            let query = sqlx::query_scalar(SQL);
            query.bind(source).bind(&dedup_by_body.body_hash).bind(dedup_by_body.since).fetch_optional(conn).await
        })
    }

    async fn first_event(&mut self, source: i64, delivery_id: &str) -> Result<i64> {
        const SQL: &str = "select id from webhook_events where webhook_source_id = $1 and delivery_id = $2";
        on!(tx self, conn => sqlx::query_scalar(SQL).bind(source).bind(delivery_id).fetch_one(conn).await)
    }
}

type Headers = serde_json::Map<String, Value>;

const INSERT: &str = "insert into webhook_events (webhook_source_id, request_id, event_type, delivery_id, payload, \
     content_type, headers, signature, ip_address, body_hash, due_at, created_at, updated_at) select * from ";

/// Returns inserted rows only, in no particular order.
const NEW: &str = " on conflict do nothing returning id, request_id";

/// Body and headers of the row itself.
fn own_body(event: &NewEvent, layout: Layout) -> (&[u8], Json<Cow<'_, Headers>>) {
    match layout {
        Layout::Together => (&event.payload, Json(Cow::Borrowed(&event.headers))),
        Layout::Apart => (&[], Json(Cow::Owned(Headers::new()))),
    }
}

async fn insert_rows(conn: &mut SqliteConnection, batch: &[NewEvent], layout: Layout) -> Result<Vec<(i64, String)>> {
    let mut new = Vec::with_capacity(batch.len());
    for piece in pieces(batch) {
        let mut query = QueryBuilder::<Sqlite>::new(INSERT);
        query.push("(").push_values(piece, |mut row, e| {
            row.push_bind(e.map(|e| e.webhook_source_id)).push_bind(e.map(|e| &e.request_id));
            row.push_bind(e.map(|e| &e.event_type)).push_bind(e.map(|e| &e.delivery_id));
            let (body, headers) = e.map(|e| own_body(e, layout)).unzip();
            row.push_bind(body).push_bind(e.map(|e| &e.content_type));
            row.push_bind(headers).push_bind(e.and_then(|e| e.signature.as_ref()));
            row.push_bind(e.map(|e| &e.ip_address)).push_bind(e.and_then(NewEvent::body_hash));
            row.push_bind(e.map(|e| e.created_at)).push_bind(e.map(|e| e.created_at));
            row.push_bind(e.map(|e| e.created_at));
        });
        new.extend(query.push(PRESENT).push(NEW).build_query_as::<(i64, String)>().fetch_all(&mut *conn).await?);
    }
    Ok(new)
}

async fn insert_arrays(conn: &mut PgConnection, batch: &[NewEvent], layout: Layout) -> Result<Vec<(i64, String)>> {
    let (bodies, headers): (Vec<&[u8]>, Vec<_>) = batch.iter().map(|e| own_body(e, layout)).unzip();
    let times: Vec<i64> = batch.iter().map(|e| e.created_at).collect();
    let mut query = QueryBuilder::<Postgres>::new(INSERT);
    let mut arrays = query.push("unnest(").separated(", ");
    arrays.push_bind(batch.iter().map(|e| e.webhook_source_id).collect::<Vec<_>>());
    arrays.push_bind(batch.iter().map(|e| e.request_id.as_str()).collect::<Vec<_>>());
    arrays.push_bind(batch.iter().map(|e| e.event_type.as_str()).collect::<Vec<_>>());
    arrays.push_bind(batch.iter().map(|e| e.delivery_id.as_str()).collect::<Vec<_>>());
    arrays.push_bind(bodies);
    arrays.push_bind(batch.iter().map(|e| e.content_type.as_str()).collect::<Vec<_>>());
    arrays.push_bind(headers);
    arrays.push_bind(batch.iter().map(|e| e.signature.as_deref()).collect::<Vec<_>>());
    arrays.push_bind(batch.iter().map(|e| e.ip_address.as_str()).collect::<Vec<_>>());
    arrays.push_bind(batch.iter().map(NewEvent::body_hash).collect::<Vec<_>>());
    arrays.push_bind(times.clone()).push_bind(times.clone()).push_bind(times);
    query.push(")").push(NEW).build_query_as().fetch_all(conn).await
}

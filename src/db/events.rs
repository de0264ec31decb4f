//! `webhook_events`: what was accepted, and where the work on it stands.

use std::collections::HashMap;

use app::types::{Cursor, Event, EventQuery};
use serde_json::{Map, Value};
use sqlx::types::Json;
use sqlx::{PgConnection, Postgres, QueryBuilder, Sqlite, SqliteConnection};

use super::bulk::{PRESENT, pieces};
use super::filter::Filter;
use super::{Db, Result, Tx, on};

/// The attempt that is the last: one and three retries.
pub const MAX_ATTEMPTS: i64 = 4;

/// A verified delivery, ready to be stored.
#[derive(Clone, Debug)]
pub struct NewEvent {
    pub webhook_source_id: i64,
    /// Random; tells which rows of a batch were new.
    pub request_id: String,
    pub event_type: String,
    pub delivery_id: String,
    pub payload: Vec<u8>,
    pub content_type: String,
    pub headers: Map<String, Value>,
    pub signature: Option<String>,
    pub ip_address: String,
    pub created_at: i64,
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The event, or the first one with the same delivery id.
    pub event_id: i64,
    pub is_duplicate: bool,
}

/// An event in the hands of a worker: claimed, or fresh and just read.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Claimed {
    pub id: i64,
    pub webhook_source_id: i64,
    pub event_type: String,
    pub payload: Vec<u8>,
    pub content_type: String,
    /// As stored, 0 while fresh. With the id, the fence: what a later attempt counted up belongs to somebody else.
    pub attempts: i64,
    pub created_at: i64,
}

/// What `events/{id}` adds to the slim row.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EventParts {
    #[sqlx(json)]
    pub headers: Map<String, Value>,
    pub signature: Option<String>,
    pub provider: String,
}

const SLIM: &str = "select e.id, e.webhook_source_id, s.slug as source, e.request_id, e.event_type, e.delivery_id, \
     e.content_type, e.ip_address, e.status, e.attempts, e.due_at, e.lease_until, e.error_message, e.processed_at, \
     e.created_at, e.updated_at from webhook_events e join webhook_sources s on s.id = e.webhook_source_id";

impl Tx {
    /// Stores a batch sorted by (source, delivery id) and names, per request id, the event that stands for it.
    pub async fn insert_events(&mut self, batch: &[NewEvent]) -> Result<HashMap<String, Recorded>> {
        let new = match self {
            Self::Sqlite(tx, _) => insert_rows(tx, batch).await?,
            Self::Postgres(tx, _) => insert_arrays(tx, batch).await?,
        };
        let new =
            new.into_iter().map(|(event_id, request_id)| (request_id, Recorded { event_id, is_duplicate: false }));
        let mut recorded: HashMap<String, Recorded> = new.collect();
        for duplicate in batch.iter().filter(|e| !recorded.contains_key(&e.request_id)).collect::<Vec<_>>() {
            let event_id = self.first_event(duplicate.webhook_source_id, &duplicate.delivery_id).await?;
            recorded.insert(duplicate.request_id.clone(), Recorded { event_id, is_duplicate: true });
        }
        Ok(recorded)
    }

    async fn first_event(&mut self, source: i64, delivery_id: &str) -> Result<i64> {
        const SQL: &str = "select id from webhook_events where webhook_source_id = $1 and delivery_id = $2";
        on!(tx self, conn => sqlx::query_scalar(SQL).bind(source).bind(delivery_id).fetch_one(conn).await)
    }

    /// Marks events with that attempt number processed and returns the ids that were still ours: the fence.
    pub async fn finish_events(&mut self, ids: &[i64], attempts: i64, now: i64) -> Result<Vec<i64>> {
        let mut ours = Vec::with_capacity(ids.len());
        for piece in pieces(ids) {
            let ids: Vec<i64> = on!(tx self, conn => {
                let mut query = QueryBuilder::new("update webhook_events set status = 'processed', lease_until = null, \
                     error_message = null, processed_at = ");
                query.push_bind(now).push(", updated_at = ").push_bind(now);
                query.push(", attempts = ").push_bind(attempts.max(1)).push(" where attempts = ").push_bind(attempts);
                query.push(" and status in ('pending', 'processing') and id in (");
                let mut list = query.separated(", ");
                piece.for_each(|id| { list.push_bind(id.copied()); });
                query.push(") returning id");
                query.build_query_scalar().fetch_all(conn).await?
            });
            ours.extend(ids);
        }
        Ok(ours)
    }

    /// Keeps why an event's body could not be read.
    pub async fn note_event(&mut self, id: i64, reason: &str) -> Result<()> {
        const SQL: &str = "update webhook_events set error_message = $1 where id = $2";
        on!(tx self, conn => sqlx::query(SQL).bind(reason).bind(id).execute(conn).await.map(drop))
    }

    /// Gives an event in hand back for `due_at`, or for good when `due_at` is None; false if it was no longer ours.
    pub async fn release_event(
        &mut self,
        (id, attempts): (i64, i64),
        due_at: Option<i64>,
        error: &str,
        now: i64,
    ) -> Result<bool> {
        const SQL: &str = "update webhook_events set status = $1, due_at = coalesce($2, due_at), lease_until = null, \
             error_message = $3, updated_at = $4, attempts = $5 \
             where id = $6 and attempts = $7 and status in ('pending', 'processing')";
        let status = if due_at.is_some() { "pending" } else { "failed" };
        on!(tx self, conn => {
            let query = sqlx::query(SQL).bind(status).bind(due_at).bind(error).bind(now).bind(attempts.max(1));
            Ok(query.bind(id).bind(attempts).execute(conn).await?.rows_affected() > 0)
        })
    }

    /// Takes the given events that are due, for `lease_ms`; what another worker holds is left out.
    pub async fn claim_events(&mut self, ids: &[i64], now: i64, lease_ms: i64) -> Result<Vec<Claimed>> {
        let mut claimed: Vec<Claimed> = match self {
            Self::Sqlite(tx, _) => {
                sqlx::query_as(CLAIM_SQLITE)
                    .bind(now + lease_ms)
                    .bind(now)
                    .bind(now)
                    .bind(now)
                    .bind(MAX_ATTEMPTS)
                    .bind(Json(ids))
                    .fetch_all(&mut **tx)
                    .await?
            }
            Self::Postgres(tx, _) => {
                sqlx::query_as(CLAIM_POSTGRES)
                    .bind(now + lease_ms)
                    .bind(now)
                    .bind(now)
                    .bind(now)
                    .bind(MAX_ATTEMPTS)
                    .bind(ids)
                    .fetch_all(&mut **tx)
                    .await?
            }
        };
        claimed.sort_by_key(|event| event.id);
        Ok(claimed)
    }

    /// Fails events whose last attempt died with its worker.
    pub async fn fail_exhausted(&mut self, now: i64) -> Result<Vec<(i64, i64)>> {
        const SQL: &str = "update webhook_events set status = 'failed', lease_until = null, updated_at = $1, \
             error_message = 'the worker died in the last attempt' \
             where status = 'processing' and lease_until <= $2 and attempts >= $3 returning id, webhook_source_id";
        on!(tx self, conn => sqlx::query_as(SQL).bind(now).bind(now).bind(MAX_ATTEMPTS).fetch_all(conn).await)
    }

    /// Frees every claim; only for a lone server at its start.
    pub async fn free_claims(&mut self) -> Result<u64> {
        const SQL: &str = "update webhook_events set lease_until = 0 where status = 'processing'";
        on!(tx self, conn => Ok(sqlx::query(SQL).execute(conn).await?.rows_affected()))
    }
}

const INSERT: &str = "insert into webhook_events (webhook_source_id, request_id, event_type, delivery_id, payload, \
     content_type, headers, signature, ip_address, due_at, created_at, updated_at) select * from ";

/// What was new comes back, in any order.
const NEW: &str = " on conflict do nothing returning id, request_id";

async fn insert_rows(conn: &mut SqliteConnection, batch: &[NewEvent]) -> Result<Vec<(i64, String)>> {
    let mut new = Vec::with_capacity(batch.len());
    for piece in pieces(batch) {
        let mut query = QueryBuilder::<Sqlite>::new(INSERT);
        query.push("(").push_values(piece, |mut row, e| {
            row.push_bind(e.map(|e| e.webhook_source_id)).push_bind(e.map(|e| &e.request_id));
            row.push_bind(e.map(|e| &e.event_type)).push_bind(e.map(|e| &e.delivery_id));
            row.push_bind(e.map(|e| &e.payload)).push_bind(e.map(|e| &e.content_type));
            row.push_bind(e.map(|e| Json(&e.headers))).push_bind(e.and_then(|e| e.signature.as_ref()));
            row.push_bind(e.map(|e| &e.ip_address)).push_bind(e.map(|e| e.created_at));
            row.push_bind(e.map(|e| e.created_at)).push_bind(e.map(|e| e.created_at));
        });
        new.extend(query.push(PRESENT).push(NEW).build_query_as::<(i64, String)>().fetch_all(&mut *conn).await?);
    }
    Ok(new)
}

async fn insert_arrays(conn: &mut PgConnection, batch: &[NewEvent]) -> Result<Vec<(i64, String)>> {
    let times: Vec<i64> = batch.iter().map(|e| e.created_at).collect();
    let mut query = QueryBuilder::<Postgres>::new(INSERT);
    let mut arrays = query.push("unnest(").separated(", ");
    arrays.push_bind(batch.iter().map(|e| e.webhook_source_id).collect::<Vec<_>>());
    arrays.push_bind(batch.iter().map(|e| e.request_id.as_str()).collect::<Vec<_>>());
    arrays.push_bind(batch.iter().map(|e| e.event_type.as_str()).collect::<Vec<_>>());
    arrays.push_bind(batch.iter().map(|e| e.delivery_id.as_str()).collect::<Vec<_>>());
    arrays.push_bind(batch.iter().map(|e| e.payload.as_slice()).collect::<Vec<_>>());
    arrays.push_bind(batch.iter().map(|e| e.content_type.as_str()).collect::<Vec<_>>());
    arrays.push_bind(batch.iter().map(|e| Json(&e.headers)).collect::<Vec<_>>());
    arrays.push_bind(batch.iter().map(|e| e.signature.as_deref()).collect::<Vec<_>>());
    arrays.push_bind(batch.iter().map(|e| e.ip_address.as_str()).collect::<Vec<_>>());
    arrays.push_bind(times.clone()).push_bind(times.clone()).push_bind(times);
    query.push(")").push(NEW).build_query_as().fetch_all(conn).await
}

const CLAIM_SQLITE: &str = "update webhook_events set status = 'processing', attempts = attempts + 1, lease_until = $1, updated_at = $2 \
     where id in (select id from webhook_events where ((status = 'pending' and due_at <= $3) \
       or (status = 'processing' and lease_until <= $4)) and attempts < $5 \
       and id in (select value from json_each($6))) \
     returning id, webhook_source_id, event_type, payload, content_type, attempts, created_at";

const CLAIM_POSTGRES: &str = "update webhook_events set status = 'processing', attempts = attempts + 1, lease_until = $1, updated_at = $2 \
     where id in (select id from webhook_events where ((status = 'pending' and due_at <= $3) \
       or (status = 'processing' and lease_until <= $4)) and attempts < $5 \
       and id = any($6) for update skip locked) \
     returning id, webhook_source_id, event_type, payload, content_type, attempts, created_at";

impl Db {
    /// Of the given events those that nobody has tried and that came at or after `since`: read, not claimed.
    pub async fn fresh_events(&self, ids: &[i64], since: i64) -> Result<Vec<Claimed>> {
        let mut fresh = Vec::with_capacity(ids.len());
        for piece in pieces(ids) {
            let events: Vec<Claimed> = on!(read self, pool => {
                let mut query = QueryBuilder::new("select id, webhook_source_id, event_type, payload, content_type, \
                     attempts, created_at from webhook_events where status = 'pending' and attempts = 0 and created_at >= ");
                query.push_bind(since).push(" and id in (");
                let mut list = query.separated(", ");
                piece.for_each(|id| { list.push_bind(id.copied()); });
                query.push(")");
                query.build_query_as().fetch_all(pool).await?
            });
            fresh.extend(events);
        }
        fresh.sort_by_key(|event| event.id);
        Ok(fresh)
    }

    /// Events that any worker may take, longest due first: those due at `due`, and those whose lease ended by `now`.
    pub async fn due_events(&self, due: i64, now: i64, limit: i64) -> Result<Vec<i64>> {
        const SQL: &str = "select id from (\
               select id, due_at as due from webhook_events where status = 'pending' and due_at <= $1 \
               union all \
               select id, lease_until as due from webhook_events where status = 'processing' and lease_until <= $2\
             ) as waiting order by due, id limit $3";
        on!(read self, pool => sqlx::query_scalar(SQL).bind(due).bind(now).bind(limit).fetch_all(pool).await)
    }

    /// How many events wait, and since when the oldest does.
    pub async fn backlog(&self, now: i64) -> Result<(i64, Option<i64>)> {
        const SQL: &str = "select count(*), min(due_at) from webhook_events where status = 'pending' and due_at <= $1";
        on!(read self, pool => sqlx::query_as(SQL).bind(now).fetch_one(pool).await)
    }

    /// A page of events, newest first.
    pub async fn list_events(&self, query: &EventQuery, cursor: Option<Cursor>, limit: i64) -> Result<Vec<Event>> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new(SLIM);
            let mut filter = Filter::new(&mut sql);
            filter.one_of("e.status", &query.status).text("s.slug", query.source.as_deref())
                .text("e.event_type", query.event_type.as_deref()).text("e.delivery_id", query.delivery_id.as_deref())
                .text("e.ip_address", query.ip_address.as_deref())
                .between("e.created_at", query.from, query.to)
                .contains(["e.event_type", "e.delivery_id"], query.q.as_deref())
                .after("e", cursor).newest("e", limit);
            sql.build_query_as().fetch_all(pool).await
        })
    }

    /// One event, slim.
    pub async fn find_event(&self, id: i64) -> Result<Option<Event>> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new(SLIM);
            sql.push(" where e.id = ").push_bind(id);
            sql.build_query_as().fetch_optional(pool).await
        })
    }

    /// When a source last sent something.
    pub async fn last_event_at(&self, source: i64) -> Result<Option<i64>> {
        const SQL: &str = "select max(created_at) from webhook_events where webhook_source_id = $1";
        on!(read self, pool => sqlx::query_scalar(SQL).bind(source).fetch_one(pool).await)
    }

    /// Headers, signature and provider of an event.
    pub async fn find_event_parts(&self, id: i64) -> Result<Option<EventParts>> {
        const SQL: &str = "select e.headers, e.signature, s.provider from webhook_events e \
             join webhook_sources s on s.id = e.webhook_source_id where e.id = $1";
        on!(read self, pool => sqlx::query_as(SQL).bind(id).fetch_optional(pool).await)
    }

    /// The bytes as received, and their content type.
    pub async fn find_payload(&self, id: i64) -> Result<Option<(Vec<u8>, String)>> {
        const SQL: &str = "select payload, content_type from webhook_events where id = $1";
        on!(read self, pool => sqlx::query_as(SQL).bind(id).fetch_optional(pool).await)
    }

    /// Alerts that an event opened or touched, with how they came about.
    pub async fn list_event_alerts(&self, id: i64) -> Result<Vec<(i64, Json<Map<String, Value>>)>> {
        const SQL: &str = "select alert_id, detail from alert_activity where webhook_event_id = $1 \
             and kind in ('opened', 'repeated', 'resolved', 'replayed') order by id";
        on!(read self, pool => sqlx::query_as(SQL).bind(id).fetch_all(pool).await)
    }
}

//! `webhook_payloads`: bodies and headers, written once, apart from the row that changes with the status. Events that an earlier
//! version stored have both in `webhook_events` until they are moved.

use serde_json::{Map, Value};
use sqlx::types::Json;
use sqlx::{PgConnection, Postgres, QueryBuilder, Sqlite, SqliteConnection};

use super::body::StoredBody;
use super::{Body, EventParts};
use crate::db::bulk::{PRESENT, pieces, push_ids};
use crate::db::{Db, Result, Tx, on};

/// Body and headers of an event to store under its id.
pub struct NewPayload<'a> {
    pub event_id: i64,
    pub payload: &'a [u8],
    pub encoding: &'static str,
    /// Bytes of the body as received.
    pub size: i64,
    pub headers: &'a Map<String, Value>,
}

impl<'a> NewPayload<'a> {
    /// The stored form of a body.
    pub fn new(event_id: i64, body: &'a Body, headers: &'a Map<String, Value>) -> Self {
        let (payload, encoding) = body.stored();
        Self { event_id, payload, encoding, size: body.len() as i64, headers }
    }
}

const INSERT: &str = "insert into webhook_payloads (event_id, payload, encoding, size, headers) select * from ";

async fn insert_rows(conn: &mut SqliteConnection, payloads: &[NewPayload<'_>]) -> Result<()> {
    for piece in pieces(payloads) {
        let mut query = QueryBuilder::<Sqlite>::new(INSERT);
        query.push("(").push_values(piece, |mut row, p| {
            row.push_bind(p.map(|p| p.event_id)).push_bind(p.map(|p| p.payload)).push_bind(p.map(|p| p.encoding));
            row.push_bind(p.map(|p| p.size)).push_bind(p.map(|p| Json(p.headers)));
        });
        query.push(PRESENT).push(" on conflict do nothing").build().execute(&mut *conn).await?;
    }
    Ok(())
}

async fn insert_arrays(conn: &mut PgConnection, payloads: &[NewPayload<'_>]) -> Result<()> {
    let mut query = QueryBuilder::<Postgres>::new(INSERT);
    let mut arrays = query.push("unnest(").separated(", ");
    arrays.push_bind(payloads.iter().map(|p| p.event_id).collect::<Vec<_>>());
    arrays.push_bind(payloads.iter().map(|p| p.payload).collect::<Vec<_>>());
    arrays.push_bind(payloads.iter().map(|p| p.encoding).collect::<Vec<_>>());
    arrays.push_bind(payloads.iter().map(|p| p.size).collect::<Vec<_>>());
    arrays.push_bind(payloads.iter().map(|p| Json(p.headers)).collect::<Vec<_>>());
    query.push(") on conflict do nothing").build().execute(conn).await.map(drop)
}

impl Tx {
    /// Inserts bodies; those of events that have one already are skipped.
    pub(in crate::db) async fn insert_payload_rows(&mut self, payloads: &[NewPayload<'_>]) -> Result<()> {
        match self {
            Self::Sqlite(checkout, _) => on!(one checkout, conn => insert_rows(conn, payloads).await),
            Self::Postgres(checkout, _) => on!(one checkout, conn => insert_arrays(conn, payloads).await),
        }
    }

    /// Deletes the bodies of deleted events.
    pub async fn remove_payloads(&mut self, events: &[i64]) -> Result<()> {
        for piece in pieces(events) {
            on!(tx self, conn => {
                let mut query = QueryBuilder::new("delete from webhook_payloads where event_id in (");
                push_ids(&mut query, piece);
                query.push(")").build().execute(conn).await.map(drop)
            })?;
        }
        Ok(())
    }
}

impl Db {
    /// Headers, signature and provider of an event; `None` if it does not exist.
    pub async fn find_event_parts(&self, id: i64) -> Result<Option<EventParts>> {
        const SQL: &str = "select coalesce(p.headers, e.headers) as headers, e.signature, s.provider from webhook_events e \
             join webhook_sources s on s.id = e.webhook_source_id \
             left join webhook_payloads p on p.event_id = e.id where e.id = $1";
        on!(read self, pool => sqlx::query_as(SQL).bind(id).fetch_optional(pool).await)
    }

    /// Body of an event as received; `None` if it does not exist.
    pub async fn find_payload(&self, id: i64) -> Result<Option<Vec<u8>>> {
        const SQL: &str = "select coalesce(p.payload, e.payload) as payload, coalesce(p.encoding, '') as encoding \
             from webhook_events e left join webhook_payloads p on p.event_id = e.id where e.id = $1";
        let stored: Option<StoredBody> =
            on!(read self, pool => sqlx::query_as(SQL).bind(id).fetch_optional(pool).await)?;
        stored.map(StoredBody::received).transpose()
    }

    /// Size of an event's body in bytes; 0 if it does not exist.
    pub async fn payload_size(&self, id: i64) -> Result<i64> {
        const SQL: &str = "select cast(coalesce(max(coalesce(p.size, length(e.payload))), 0) as bigint) \
             from webhook_events e left join webhook_payloads p on p.event_id = e.id where e.id = $1";
        on!(read self, pool => sqlx::query_scalar(SQL).bind(id).fetch_one(pool).await)
    }
}

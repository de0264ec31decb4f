//! Whether a delivery would be stored, found out the way a delivery goes.

use std::time::Duration;

use sqlx::AssertSqlSafe;
use tokio::time::Instant;

use super::{Availability, Db, Result, Writer, is_unavailable, on, within};

/// What was stored within this proves enough, and how long it may take to prove it.
const FRESH: Duration = Duration::from_secs(2);
const DEADLINE: Duration = Duration::from_secs(2);

/// As the bodies of many webhooks; random, so that nothing makes less of it.
const SIZE: usize = 64 * 1024;

impl Db {
    /// Whether anything can be stored, as far as is known.
    pub fn availability(&self) -> &Availability {
        match self {
            Self::Sqlite(embedded) => &embedded.availability,
            Self::Postgres(networked) => &networked.availability,
        }
    }

    /// Whether deliveries are stored; what was learned a moment ago counts, else one asks for all.
    pub async fn ready(&self) -> std::result::Result<(), String> {
        let availability = self.availability();
        if let Some(known) = availability.known(FRESH) {
            return known;
        }
        let _one = availability.asking.lock().await;
        if let Some(known) = availability.known(FRESH) {
            return known;
        }
        let probed = within(Instant::now() + DEADLINE, self.probe()).await;
        availability.note(&probed);
        match probed {
            Err(error) if is_unavailable(&error) => Err(error.to_string()),
            _ => Ok(()),
        }
    }

    /// Stores a row as ingest does and removes it, with any that an earlier probe had to leave. Without a source there is
    /// nothing to be stored. Its id is negative, so that it takes none from the sequence.
    async fn probe(&self) -> Result<()> {
        const COLUMNS: &str = "insert into webhook_events (id, webhook_source_id, request_id, event_type, delivery_id, payload, \
             content_type, headers, ip_address, status, due_at, created_at, updated_at)";
        const ROW: &str = "select $3, id, 'probe', 'probe', $1, $2, '', '{}', '', 'processed', 0, 0, 0 \
             from webhook_sources order by id limit 1";
        const REMOVE: &str = "delete from webhook_events where id < 0";
        let (id, body) = (-i64::from(rand::random::<u32>()) - 1, random_bytes());
        let delivery = format!("probe {id}");
        let with_an_id = if matches!(self, Self::Postgres(_)) { "overriding system value" } else { "" };
        let store = format!("{COLUMNS} {with_an_id} {ROW}");
        on!(write self, Writer::Ingest, conn => {
            sqlx::query(AssertSqlSafe(store.clone())).bind(&delivery).bind(&body).bind(id).execute(conn).await.map(drop)
        })?;
        on!(write self, Writer::Ingest, conn => sqlx::query(REMOVE).execute(conn).await.map(drop))
    }

    /// The clock by which all nodes go; None where there is one node.
    pub async fn clock(&self) -> Result<Option<i64>> {
        const SQL: &str = "select (extract(epoch from clock_timestamp()) * 1000)::bigint";
        let Self::Postgres(networked) = self else { return Ok(None) };
        on!(checkout &networked.pool, conn => sqlx::query_scalar(SQL).fetch_one(conn).await).map(Some)
    }
}

fn random_bytes() -> Vec<u8> {
    let mut bytes = vec![0; SIZE];
    rand::fill(&mut bytes[..]);
    bytes
}

//! The readiness probe: stores a row the way ingest does.

use std::time::Duration;

use sqlx::AssertSqlSafe;
use tokio::time::Instant;

use super::{Availability, Db, Result, Writer, is_unavailable, on, within};

/// How long a stored delivery or probe counts as proof, and the deadline of a probe.
const FRESH: Duration = Duration::from_secs(2);
const DEADLINE: Duration = Duration::from_secs(2);

/// Bytes of the probe's body: as large as a batch of webhooks, so that a nearly full disk is noticed. Random, hence
/// incompressible.
const SIZE: usize = 64 * 1024;

impl Db {
    /// The circuit breaker of this database, shared by all clones.
    pub fn availability(&self) -> &Availability {
        match self {
            Self::Sqlite(embedded) => &embedded.availability,
            Self::Postgres(networked) => &networked.availability,
        }
    }

    /// Whether deliveries can be stored. Uses the last result while it is fresh; otherwise concurrent callers share one
    /// probe.
    ///
    /// # Errors
    /// The reason why the database is unavailable.
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

    /// Inserts an event and deletes it, along with any that an earlier probe left behind. Without a source nothing is
    /// inserted. The id is negative, so that none of the sequence is used up.
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

    /// The database clock in Unix milliseconds, which nodes synchronize to; `None` on SQLite, which has a single node.
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

//! The layout in which rows are written while nodes of two versions run: the old one until every live node reads the new one
//! ([ADR 21](../../docs/adr/0021-a-new-layout-is-read-before-it-is-written.md)).

use std::sync::atomic::{AtomicBool, Ordering};

use super::{Db, Result, on};

/// Where bodies and headers of new events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// In `webhook_events`, as up to migration 17.
    Together,
    /// In `webhook_payloads`.
    Apart,
}

/// The newest layout that this version reads: `nodes.layout`. An earlier version leaves the column at 0.
pub const READABLE: i64 = 1;

/// Time in milliseconds without a heartbeat after which a node is not waited for.
const LIVE: i64 = 60_000;

/// Whether all live nodes read the newest layout. Once they do it stays so: an earlier version does not start on a database that
/// has been migrated.
#[derive(Debug, Default)]
pub struct AllRead(AtomicBool);

impl Db {
    /// The layout to write. SQLite has a single server.
    pub fn layout(&self) -> Layout {
        match self {
            Self::Postgres(networked) if !networked.all_read.0.load(Ordering::Relaxed) => Layout::Together,
            _ => Layout::Apart,
        }
    }

    /// Looks whether a node of an earlier version is still alive, until none is.
    pub async fn upgrade_layout(&self, now: i64) -> Result<()> {
        const SQL: &str = "select count(*) from nodes where layout < $1 and seen_at >= $2";
        let Self::Postgres(networked) = self else { return Ok(()) };
        if self.layout() == Layout::Apart {
            return Ok(());
        }
        let earlier: i64 =
            on!(read self, conn => sqlx::query_scalar(SQL).bind(READABLE).bind(now - LIVE).fetch_one(conn).await)?;
        networked.all_read.0.store(earlier == 0, Ordering::Relaxed);
        Ok(())
    }
}

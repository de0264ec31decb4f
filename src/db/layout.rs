//! The layout in which rows are written while nodes of two versions run: the old one until every live node reads the new one
//! ([ADR 21](../../docs/adr/0021-a-new-layout-is-read-before-it-is-written.md)).

use std::sync::atomic::{AtomicI64, Ordering};

use super::{Db, Result, on};

/// Where bodies and headers of new events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// In `webhook_events`, as up to migration 17.
    Together,
    /// In `webhook_payloads`.
    Apart,
}

/// The layouts that a version reads, in the order in which they came: `nodes.layout`. Earlier versions leave the column at 0.
const APART: i64 = 1;

/// Channels of the kind `push`, which earlier versions fail to read.
const PUSH: i64 = 2;

/// The newest layout that this version reads.
pub const READABLE: i64 = PUSH;

/// Time in milliseconds without a heartbeat after which a node is not waited for.
const LIVE: i64 = 60_000;

/// The newest layout that all live nodes read. It only grows: an earlier version does not start on a database that has been
/// migrated.
#[derive(Debug, Default)]
pub struct AllRead(AtomicI64);

impl Db {
    /// The layout to write. SQLite has a single server.
    pub fn layout(&self) -> Layout {
        if self.all_read() >= APART { Layout::Apart } else { Layout::Together }
    }

    /// Whether every live node reads channels of the kind `push`.
    pub fn reads_push(&self) -> bool {
        self.all_read() >= PUSH
    }

    fn all_read(&self) -> i64 {
        match self {
            Self::Postgres(networked) => networked.all_read.0.load(Ordering::Relaxed),
            Self::Sqlite(_) => READABLE,
        }
    }

    /// Looks which layout the nodes that are alive read, until all read the newest.
    pub async fn upgrade_layout(&self, now: i64) -> Result<()> {
        const SQL: &str = "select min(layout) from nodes where seen_at >= $1";
        let Self::Postgres(networked) = self else { return Ok(()) };
        if self.all_read() == READABLE {
            return Ok(());
        }
        let lowest: Option<i64> =
            on!(read self, conn => sqlx::query_scalar(SQL).bind(now - LIVE).fetch_one(conn).await)?;
        networked.all_read.0.fetch_max(lowest.unwrap_or(READABLE).min(READABLE), Ordering::Relaxed);
        Ok(())
    }
}

//! `nodes`: the running processes, known by their heartbeats.

use super::layout::READABLE;
use super::{Db, Result, Writer, on};

/// Heartbeat of a node.
#[derive(Clone, Debug)]
pub struct Node {
    /// Random, new at every start.
    pub id: String,
    /// `web`, `worker` or `all`.
    pub role: String,
    /// Version of the server.
    pub version: String,
    /// Unix milliseconds.
    pub started_at: i64,
    /// Open connections of the live stream.
    pub clients: i64,
    /// When an event was last processed, Unix milliseconds; `None` if never since the start.
    pub last_job_at: Option<i64>,
    /// Names of the running tasks, separated by commas.
    pub parts: String,
}

/// Nodes with running workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Workers {
    /// Number of nodes.
    pub count: i64,
    /// When any of them last processed an event, Unix milliseconds; `None` if none did.
    pub last_job_at: Option<i64>,
}

impl Db {
    /// Upserts the heartbeat of a node.
    pub async fn beat(&self, node: &Node, now: i64) -> Result<()> {
        const SQL: &str = "insert into nodes (id, role, version, started_at, seen_at, clients, last_job_at, parts, layout) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do update set \
             seen_at = excluded.seen_at, clients = excluded.clients, last_job_at = excluded.last_job_at, \
             parts = excluded.parts";
        on!(write self, Writer::Worker, pool => sqlx::query(SQL)
            .bind(&node.id).bind(&node.role).bind(&node.version).bind(node.started_at).bind(now)
            .bind(node.clients).bind(node.last_job_at).bind(&node.parts).bind(READABLE).execute(pool).await.map(drop))
    }

    /// Deletes a node that stops, and all without a heartbeat since `before` (Unix milliseconds).
    pub async fn forget_node(&self, id: &str, before: i64) -> Result<()> {
        const SQL: &str = "delete from nodes where id = $1 or seen_at < $2";
        on!(write self, Writer::Worker, pool => sqlx::query(SQL).bind(id).bind(before).execute(pool).await.map(drop))
    }

    /// Deletes all other nodes. Only at the start of a server that has the database for itself.
    pub async fn forget_other_nodes(&self, id: &str) -> Result<()> {
        const SQL: &str = "delete from nodes where id <> $1";
        on!(write self, Writer::Worker, conn => sqlx::query(SQL).bind(id).execute(conn).await.map(drop))
    }

    /// Nodes with a running worker and a heartbeat since `since` (Unix milliseconds).
    pub async fn find_workers(&self, since: i64) -> Result<Workers> {
        const SQL: &str = "select count(*) as count, max(last_job_at) as last_job_at from nodes \
             where seen_at >= $1 and parts like '%worker-%'";
        on!(read self, pool => sqlx::query_as(SQL).bind(since).fetch_one(pool).await)
    }

    /// Open live connections, summed over nodes with a heartbeat since `since` (Unix milliseconds).
    pub async fn count_clients(&self, since: i64) -> Result<i64> {
        const SQL: &str = "select cast(coalesce(sum(clients), 0) as bigint) from nodes where seen_at >= $1";
        on!(read self, pool => sqlx::query_scalar(SQL).bind(since).fetch_one(pool).await)
    }
}

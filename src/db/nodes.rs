//! `nodes`: who is running, told by heartbeats.

use super::{Db, Result, Writer, on};

/// One running server.
#[derive(Clone, Debug)]
pub struct Node {
    /// Random per start.
    pub id: String,
    pub role: String,
    pub version: String,
    pub started_at: i64,
    /// Open live connections.
    pub clients: i64,
    pub last_job_at: Option<i64>,
    /// Which tasks live, with commas.
    pub parts: String,
}

/// The workers that were heard of lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Workers {
    pub count: i64,
    pub last_job_at: Option<i64>,
}

impl Db {
    /// Says that a node is alive.
    pub async fn beat(&self, node: &Node, now: i64) -> Result<()> {
        const SQL: &str = "insert into nodes (id, role, version, started_at, seen_at, clients, last_job_at, parts) \
             values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do update set \
             seen_at = excluded.seen_at, clients = excluded.clients, last_job_at = excluded.last_job_at, \
             parts = excluded.parts";
        on!(write self, Writer::Worker, pool => sqlx::query(SQL)
            .bind(&node.id).bind(&node.role).bind(&node.version).bind(node.started_at).bind(now)
            .bind(node.clients).bind(node.last_job_at).bind(&node.parts).execute(pool).await.map(drop))
    }

    /// Forgets a node that stops, and any not heard of since `before`.
    pub async fn forget_node(&self, id: &str, before: i64) -> Result<()> {
        const SQL: &str = "delete from nodes where id = $1 or seen_at < $2";
        on!(write self, Writer::Worker, pool => sqlx::query(SQL).bind(id).bind(before).execute(pool).await.map(drop))
    }

    /// Forgets every other node; only for a lone server at its start.
    pub async fn forget_other_nodes(&self, id: &str) -> Result<()> {
        const SQL: &str = "delete from nodes where id <> $1";
        on!(write self, Writer::Worker, conn => sqlx::query(SQL).bind(id).execute(conn).await.map(drop))
    }

    /// Nodes with a worker heard of since `since`.
    pub async fn find_workers(&self, since: i64) -> Result<Workers> {
        const SQL: &str = "select count(*) as count, max(last_job_at) as last_job_at from nodes \
             where seen_at >= $1 and parts like '%worker-%'";
        on!(read self, pool => sqlx::query_as(SQL).bind(since).fetch_one(pool).await)
    }

    /// Live connections on every node heard of since `since`.
    pub async fn count_clients(&self, since: i64) -> Result<i64> {
        const SQL: &str = "select cast(coalesce(sum(clients), 0) as bigint) from nodes where seen_at >= $1";
        on!(read self, pool => sqlx::query_scalar(SQL).bind(since).fetch_one(pool).await)
    }
}

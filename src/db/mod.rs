//! The database port: SQLite or PostgreSQL behind one set of methods, one file per table, SQL and nothing else.
//!
//! One SQL text serves both. The forks, and why:
//! - `open`, `migrate`: pools and files differ.
//! - `begin`: SQLite takes its write lock at once (`begin immediate`), else an upgrade fails mid-way.
//! - claim (`events`): PostgreSQL adds `for update skip locked`, so that two nodes never wait for each other.
//! - `lock_stream` (`activity`): PostgreSQL needs an advisory lock for ids to follow commit order; SQLite has one writer.

mod activity;
mod alerts;
mod audit;
mod bulk;
mod events;
mod filter;
mod gate;
mod nodes;
mod open;
mod sessions;
mod settings;
mod sources;
mod stats;
mod tokens;
mod users;

use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};

pub use activity::NewActivity;
pub use alerts::{NewAlert, Opened};
pub use audit::AuditEntry;
pub use events::{Claimed, EventParts, MAX_ATTEMPTS, NewEvent, Recorded};
pub use nodes::{Node, Workers};
pub use open::sqlite_path;
pub use sessions::Session;
pub use sources::{NewSourceRow, SourceRow};
pub use stats::MinuteStats;
pub use tokens::Token;
pub use users::Credentials;

use gate::{Gate, Turn};

/// What a method of `db` returns.
pub type Result<T> = std::result::Result<T, sqlx::Error>;

/// The database: the only truth about what was accepted and what became of it.
#[derive(Clone, Debug)]
pub enum Db {
    Sqlite(Embedded),
    Postgres(PgPool),
}

/// SQLite in WAL mode: one writer, a pool of readers.
#[derive(Clone, Debug)]
pub struct Embedded {
    writer: SqlitePool,
    readers: SqlitePool,
    gate: Gate,
}

/// A write transaction; dropped without `commit`, it never was.
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>, Turn),
    Postgres(Transaction<'static, Postgres>),
}

/// Who asks for the writer. Ingest goes first, because a provider is waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    Ingest,
    Background,
}

/// Expands one body for both databases: `on!(read db, pool => …)`, `on!(write db, pool => …)`, `on!(tx tx, conn => …)`.
macro_rules! on {
    (read $db:expr, $pool:ident => $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite(embedded) => {
                let $pool = &embedded.readers;
                $body
            }
            $crate::db::Db::Postgres(pool) => {
                let $pool = pool;
                $body
            }
        }
    };
    (write $db:expr, $pool:ident => $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite(embedded) => {
                let $pool = &embedded.writer;
                $body
            }
            $crate::db::Db::Postgres(pool) => {
                let $pool = pool;
                $body
            }
        }
    };
    (tx $tx:expr, $conn:ident => $body:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx, _) => {
                let $conn = &mut **tx;
                $body
            }
            $crate::db::Tx::Postgres(tx) => {
                let $conn = &mut **tx;
                $body
            }
        }
    };
}
pub(crate) use on;

impl Db {
    /// Starts a write transaction.
    pub async fn begin(&self, urgency: Urgency) -> Result<Tx> {
        match self {
            Self::Sqlite(embedded) => {
                let turn = embedded.gate.enter(urgency).await;
                Ok(Tx::Sqlite(embedded.writer.begin_with("begin immediate").await?, turn))
            }
            Self::Postgres(pool) => Ok(Tx::Postgres(pool.begin().await?)),
        }
    }

    /// One round trip, for health.
    pub async fn ping(&self) -> Result<()> {
        on!(read self, pool => sqlx::query("select 1").execute(pool).await.map(drop))
    }

    /// The name and version a person would use, such as `PostgreSQL 15.18`.
    pub async fn version(&self) -> Result<String> {
        match self {
            Self::Sqlite(embedded) => {
                let version: String =
                    sqlx::query_scalar("select sqlite_version()").fetch_one(&embedded.readers).await?;
                Ok(format!("SQLite {version}"))
            }
            Self::Postgres(pool) => {
                let version: String = sqlx::query_scalar("show server_version").fetch_one(pool).await?;
                Ok(format!("PostgreSQL {}", version.split(' ').next().unwrap_or_default()))
            }
        }
    }

    /// Waits for what is under way and closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(embedded) => {
                embedded.readers.close().await;
                embedded.writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Makes it durable.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx, _turn) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }
}

/// Whether the database refused a row because another has the same key.
pub fn is_unique_violation(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|e| e.is_unique_violation())
}

/// Whether two transactions waited for each other (PostgreSQL 40P01).
pub fn is_deadlock(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|e| e.code()).is_some_and(|code| code == "40P01")
}

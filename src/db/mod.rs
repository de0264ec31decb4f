//! The database port: SQLite or PostgreSQL behind one set of methods, one file per table, SQL and nothing else.
//!
//! One SQL text serves both. The forks, and why:
//! - `open`, `migrate`: pools and files differ.
//! - `begin`: how to take the write lock, and how to say that a commit need not wait for the disk.
//! - bulk insert (`events`): PostgreSQL takes one array a column, SQLite a list of rows.
//! - claim (`events`): PostgreSQL adds `for update skip locked`, so that two nodes never wait for each other.
//! - full text (`search`): FTS5 here, `tsvector` there.
//! - `lock_replays` (`events`): PostgreSQL needs an advisory lock where equal bodies of a source count once.
//! - `lock_channel_rows` (`channels`): PostgreSQL is asked to let nobody else write a channel meanwhile.
//! - `lock_stream` (`activity`): PostgreSQL needs an advisory lock for ids to follow commit order; SQLite has one writer.

mod activity;
mod alert_keys;
mod alerts;
mod audit;
mod bulk;
mod channels;
mod devices;
mod events;
mod filter;
mod gate;
mod nodes;
mod notifications;
mod open;
mod quarantine;
mod remove;
mod replay;
mod saved_filters;
mod search;
mod sessions;
mod settings;
mod sources;
mod stats;
mod tokens;
mod users;

use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};

pub use activity::NewActivity;
pub use alert_keys::{KeyTimes, SeenAs};
pub use alerts::{MUTED, NewAlert, Opened};
pub use audit::AuditEntry;
pub use channels::{ChannelRow, NewChannelRow};
pub use events::{Claimed, EventParts, MAX_ATTEMPTS, NewEvent, Recorded, Replay};
pub use nodes::{Node, Workers};
pub use notifications::{Due, NewNotification};
pub use open::sqlite_path;
pub use quarantine::{NewRefused, Refused};
pub use remove::Of;
pub use replay::Made;
pub use search::{EventText, Searched};
pub use sessions::{NewSession, Session};
pub use sources::{NewSourceRow, SourceRow};
pub use stats::{MinuteStats, Unresolved};
pub use users::{Credentials, UserChange};

use gate::{Gate, Turn};

/// What a method of `db` returns.
pub type Result<T> = std::result::Result<T, sqlx::Error>;

/// The database: the only truth about what was accepted and what became of it.
#[derive(Clone, Debug)]
pub enum Db {
    Sqlite(Embedded),
    Postgres(Networked),
}

/// SQLite in WAL mode: one writer, a pool of readers.
#[derive(Clone, Debug)]
pub struct Embedded {
    writer: SqlitePool,
    readers: SqlitePool,
    gate: Gate,
}

/// PostgreSQL, with turns among the parts of this node.
#[derive(Clone, Debug)]
pub struct Networked {
    pool: PgPool,
    gate: Gate,
}

/// A write transaction; dropped without `commit`, it never was.
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>, Turn),
    Postgres(Transaction<'static, Postgres>, Turn),
}

/// Who writes, and so how urgent it is and how durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// A provider waits: goes first, and is on the disk when `commit` returns.
    Ingest,
    /// Somebody or a command waits: on the disk when `commit` returns.
    Person,
    /// What is worked out from stored events gives way to ingest, and its commits do not wait for the disk: a power cut
    /// may undo the last of them, and then the events they came from are pending still.
    Worker,
    /// What nobody waits for, as the words for the search: like a worker, and gives way for longer.
    Housekeeping,
}

impl Writer {
    /// SQLite takes its write lock at once, else an upgrade from reading fails mid-way.
    const fn begin_sqlite(self) -> &'static str {
        match self {
            Self::Ingest | Self::Person => "pragma synchronous = full; begin immediate",
            Self::Worker | Self::Housekeeping => "pragma synchronous = normal; begin immediate",
        }
    }

    const fn begin_postgres(self) -> &'static str {
        match self {
            Self::Ingest | Self::Person => "begin",
            Self::Worker | Self::Housekeeping => "begin; set local synchronous_commit = off",
        }
    }
}

/// Expands one body for both databases: `on!(read db, pool => …)`, `on!(write db, pool => …)`, `on!(tx tx, conn => …)`.
macro_rules! on {
    (read $db:expr, $pool:ident => $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite(embedded) => {
                let $pool = &embedded.readers;
                $body
            }
            $crate::db::Db::Postgres(networked) => {
                let $pool = &networked.pool;
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
            $crate::db::Db::Postgres(networked) => {
                let $pool = &networked.pool;
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
            $crate::db::Tx::Postgres(tx, _) => {
                let $conn = &mut **tx;
                $body
            }
        }
    };
}
pub(crate) use on;

impl Db {
    /// Starts a write transaction.
    pub async fn begin(&self, writer: Writer) -> Result<Tx> {
        match self {
            Self::Sqlite(embedded) => {
                let turn = embedded.gate.enter(writer).await;
                Ok(Tx::Sqlite(embedded.writer.begin_with(writer.begin_sqlite()).await?, turn))
            }
            Self::Postgres(networked) => {
                let turn = networked.gate.enter(writer).await;
                Ok(Tx::Postgres(networked.pool.begin_with(writer.begin_postgres()).await?, turn))
            }
        }
    }

    /// How many ingest transactions gain from running at once: on PostgreSQL one fills while the other waits for the disk.
    pub const fn ingest_writers(&self) -> usize {
        match self {
            Self::Sqlite(_) => 1,
            Self::Postgres(_) => 2,
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
            Self::Postgres(networked) => {
                let version: String = sqlx::query_scalar("show server_version").fetch_one(&networked.pool).await?;
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
            Self::Postgres(networked) => networked.pool.close().await,
        }
    }
}

impl Tx {
    /// Makes it durable.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx, _turn) => tx.commit().await,
            Self::Postgres(tx, _turn) => tx.commit().await,
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

//! The database port: SQLite or PostgreSQL behind one set of methods. One file per table; SQL only, no business logic.
//!
//! Both run the same SQL text, except for:
//! - `open`, `migrate`: pools and files differ.
//! - `begin`: how to take the write lock, and how to commit without waiting for the disk.
//! - bulk insert (`events`): PostgreSQL takes one array per column, SQLite a list of rows.
//! - row locks: SQLite has a single writer; PostgreSQL adds `for update`, and `skip locked` where rows are claimed, so that
//!   nodes do not wait for each other.
//! - full text (`search`): FTS5 on SQLite, `tsvector` on PostgreSQL.
//! - `lock_bodies` (`events`): PostgreSQL needs an advisory lock per source for deduplication by body.
//! - `lock_channel_rows` (`channels`): PostgreSQL needs a table lock against concurrent changes of channels.
//! - `lock_stream` (`activity`): PostgreSQL needs an advisory lock so that ids follow commit order.
//! - `clock`, `checkpoint`, `space`: only one of them needs these.

mod activity;
mod alert_keys;
mod alerts;
mod audit;
mod availability;
mod backfill;
mod bulk;
mod channels;
mod checkout;
mod devices;
mod events;
mod file;
mod filter;
mod hours;
mod layout;
mod nodes;
mod old;
mod on;
mod open;
mod outbox;
mod probe;
mod quarantine;
mod remove;
mod reprocess;
mod saved_filters;
mod search;
mod sessions;
mod settings;
mod sources;
mod space;
mod stats;
mod tokens;
mod trouble;
mod undelivered;
mod undo;
mod users;
mod write_scheduler;
mod writer;
mod writer_slot;

use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Executor, PgPool, Postgres, SqlitePool};
use tokio::time::Instant;

pub use activity::NewActivity;
pub use alert_keys::KeyRow;
pub use alerts::{AlertUpdate, NewAlert, Opened, SubjectRow, alert_parts};
pub use audit::AuditEntry;
pub use availability::Availability;
pub use channels::{ChannelRow, NewChannelRow};
pub use events::{
    Attempt, Body, BodyDedup, EventParts, MAX_ATTEMPTS, NewEvent, Recorded, StoredBody, Waiting, WorkItem, event_parts,
};
pub use layout::Layout;
pub use nodes::{Node, Workers};
pub use old::{Batch, Old, Removed};
pub use open::{lock, sqlite_path};
pub use outbox::{
    AlertForNotification, AlertText, Candidate, DueNotification, Ended, LastSentRow, NewNotification, Overdue,
    UnsentRow,
};
pub use quarantine::{NewRefused, Refused};
pub use reprocess::EventAlertLink;
pub use search::{EventText, Searched};
pub use sessions::{NewSession, Session};
pub use sources::{NewSourceRow, SourceRow};
pub use space::Vacuum;
pub use stats::{MinuteStats, Unresolved};
pub use trouble::{is_deadlock, is_unavailable};
pub use undo::{Before, UndoBatch};
pub use users::{Credentials, UserChange};
pub use writer::Writer;

pub(crate) use on::on;

use checkout::{Checkout, Suspicion, within};
use file::DatabaseFile;
use layout::AllRead;
use trouble::is_broken;
use write_scheduler::{WritePermit, WriteScheduler};
use writer_slot::{SlotConnection, WriterSlot};

/// Result of all methods of this module.
pub type Result<T> = std::result::Result<T, sqlx::Error>;

/// The database, the single source of truth for accepted deliveries and everything derived from them. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Db {
    /// A file of this process, `sqlite://path`.
    Sqlite(Embedded),
    /// A server that several nodes may share, `postgres://…`.
    Postgres(Networked),
}

/// SQLite in WAL mode: one writing connection and a pool of read-only ones.
#[derive(Clone, Debug)]
pub struct Embedded {
    availability: Arc<Availability>,
    /// An idle connection that stays open: when its last connection closes, SQLite deletes the WAL.
    anchor: SqlitePool,
    slot: Arc<WriterSlot>,
    readers: SqlitePool,
    file: Arc<DatabaseFile>,
    scheduler: WriteScheduler,
}

/// PostgreSQL: a pool, and a write scheduler that orders the writers of this node.
#[derive(Clone, Debug)]
pub struct Networked {
    availability: Arc<Availability>,
    pool: PgPool,
    suspicion: Arc<Suspicion>,
    scheduler: WriteScheduler,
    all_read: Arc<AllRead>,
}

/// A write transaction. Dropping it without [`Tx::commit`] closes its connection, which rolls it back.
pub enum Tx {
    /// On the connection of the single writer.
    Sqlite(Checkout<SlotConnection>, WritePermit),
    /// On a connection of the pool.
    Postgres(Checkout<PoolConnection<Postgres>>, WritePermit),
}

/// Deadlines of a read, including the wait for a connection, and of closing the database.
const READ: Duration = Duration::from_secs(8);
const CLOSE: Duration = Duration::from_secs(5);

impl Db {
    /// Begins a write transaction. The wait for the write permit, all statements and the commit share the writer's deadline,
    /// after which they fail with `TimedOut`.
    pub async fn begin(&self, writer: Writer) -> Result<Tx> {
        let until = Instant::now() + writer.deadline();
        match self {
            Self::Sqlite(embedded) => within(until, embedded.begin(writer, until)).await,
            Self::Postgres(networked) => within(until, networked.begin(writer, until)).await,
        }
    }

    /// Number of ingest tasks worth running in parallel: on PostgreSQL, one collects rows while the other waits for the disk.
    pub const fn ingest_writers(&self) -> usize {
        match self {
            Self::Sqlite(_) => 1,
            Self::Postgres(_) => 2,
        }
    }

    /// Name and version for display, such as `PostgreSQL 15.18`.
    pub async fn version(&self) -> Result<String> {
        let (name, sql) = match self {
            Self::Sqlite(_) => ("SQLite", "select sqlite_version()"),
            Self::Postgres(_) => ("PostgreSQL", "show server_version"),
        };
        let version: String = on!(read self, conn => sqlx::query_scalar(sql).fetch_one(conn).await)?;
        Ok(format!("{name} {}", version.split(' ').next().unwrap_or_default()))
    }

    /// Whether several nodes may use the database at once.
    pub const fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Copies SQLite's WAL into the database file, on an otherwise idle connection. A passive checkpoint blocks neither
    /// readers nor the writer. No-op on PostgreSQL.
    pub async fn checkpoint(&self) -> Result<()> {
        match self {
            Self::Sqlite(embedded) => {
                sqlx::query("pragma wal_checkpoint(passive)").execute(&embedded.anchor).await.map(drop)
            }
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Retries `work` once after a deadlock or a broken connection. `work` must be idempotent: if the connection breaks
    /// during the commit, its outcome is unknown.
    pub async fn once_more<T, F: Future<Output = Result<T>>>(&self, work: impl Fn() -> F) -> Result<T> {
        match work().await {
            Err(error) if is_deadlock(&error) => work().await,
            Err(error) if is_broken(&error) => {
                self.suspect();
                work().await
            }
            done => done,
        }
    }

    /// After one broken connection, idle ones are pinged before reuse.
    fn suspect(&self) {
        if let Self::Postgres(networked) = self {
            networked.suspicion.arise();
        }
    }

    /// Duration of the longest write transaction of each writer since the start of the process.
    pub fn longest_writes(&self) -> Vec<(Writer, Duration)> {
        match self {
            Self::Sqlite(embedded) => embedded.scheduler.longest().collect(),
            Self::Postgres(networked) => networked.scheduler.longest().collect(),
        }
    }

    /// Size of SQLite's WAL in bytes; 0 on PostgreSQL.
    pub fn wal_bytes(&self) -> u64 {
        match self {
            Self::Sqlite(embedded) => embedded.file.wal_bytes(),
            Self::Postgres(_) => 0,
        }
    }

    /// Closes every connection, after waiting up to five seconds for those in use.
    pub async fn close(&self) {
        let closing = async {
            match self {
                Self::Sqlite(embedded) => embedded.close().await,
                Self::Postgres(networked) => networked.pool.close().await,
            }
        };
        if tokio::time::timeout(CLOSE, closing).await.is_err() {
            tracing::warn!("some connections were still in use when the database was closed");
        }
    }
}

impl Embedded {
    async fn begin(&self, writer: Writer, until: Instant) -> Result<Tx> {
        let turn = self.scheduler.enter(writer).await;
        self.file.check()?;
        let mut checkout = Checkout::new(self.slot.take().await?, until);
        checkout.connection()?.execute(writer.begin_sqlite()).await?;
        Ok(Tx::Sqlite(checkout, turn))
    }

    async fn close(&self) {
        self.readers.close().await;
        self.slot.close().await;
        self.anchor.close().await;
    }
}

impl Networked {
    async fn begin(&self, writer: Writer, until: Instant) -> Result<Tx> {
        let turn = self.scheduler.enter(writer).await;
        let mut checkout = Checkout::new(self.pool.acquire().await?, until);
        checkout.connection()?.execute(writer.begin_postgres()).await?;
        Ok(Tx::Postgres(checkout, turn))
    }
}

impl Tx {
    /// Commits. Durable on return for [`Writer::Ingest`] and [`Writer::Person`] only. After an error the outcome is unknown.
    pub async fn commit(mut self) -> Result<()> {
        on!(tx &mut self, conn => conn.execute("commit").await.map(drop))?;
        match self {
            Self::Sqlite(checkout, _turn) => checkout.check_in(),
            Self::Postgres(checkout, _turn) => checkout.check_in(),
        }
    }
}

/// Whether a statement failed because of a duplicate key.
pub fn is_unique_violation(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|e| e.is_unique_violation())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn database() -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&format!("sqlite://{}/o.db", folder.path().display())).await.unwrap();
        db.migrate().await.unwrap();
        (folder, db)
    }

    async fn execute(tx: &mut Tx, sql: &'static str) -> Result<()> {
        on!(tx tx, conn => conn.execute(sql).await.map(drop))
    }

    const INSERT: &str =
        "insert into settings (name, value, updated_at) values (hex(randomblob(8)), hex(randomblob(60000)), 0)";

    #[tokio::test(flavor = "multi_thread")]
    async fn what_was_full_is_written_to_again_once_there_is_room() {
        let (_folder, db) = database().await;
        let mut tx = db.begin(Writer::Ingest).await.unwrap();
        execute(&mut tx, "pragma max_page_count = 1").await.unwrap();
        let full = loop {
            if let Err(error) = execute(&mut tx, INSERT).await {
                break error;
            }
        };
        assert!(is_unavailable(&full), "{full}");
        drop(tx);
        // The limit applied to the closed connection only.
        for writer in [Writer::Ingest, Writer::Person] {
            let mut tx = db.begin(writer).await.unwrap();
            execute(&mut tx, INSERT).await.unwrap();
            tx.commit().await.unwrap();
        }
        db.close().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_transaction_that_is_cut_anywhere_leaves_nothing_behind() {
        let (_folder, db) = database().await;
        for n in 0..20 {
            let cut = async {
                let mut tx = db.begin(Writer::Person).await?;
                execute(&mut tx, INSERT).await?;
                tx.commit().await
            };
            let _cut_or_done = tokio::time::timeout(Duration::from_micros(n * 40), cut).await;
            let mut tx = db.begin(Writer::Person).await.unwrap();
            execute(&mut tx, INSERT).await.unwrap();
            tx.commit().await.unwrap();
        }
        db.close().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_a_person_waits_for_is_on_the_disk() {
        let (_folder, db) = database().await;
        db.begin(Writer::Worker).await.unwrap().commit().await.unwrap();
        let level: i64 =
            on!(write db, Writer::Person, conn => sqlx::query_scalar("pragma synchronous").fetch_one(conn).await)
                .unwrap();
        assert_eq!(level, 2, "full, whatever the transaction before was");
        db.close().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn ready_means_that_a_delivery_would_be_stored() {
        let (_folder, db) = database().await;
        assert_eq!(db.ready().await, Ok(()), "without a source nothing is tried");
        let source = "insert into webhook_sources (name, slug, provider, secret_key, key_ref, settings, created_at, updated_at) values ('', 's', '', '', '', '{}', 0, 0)";
        let mut tx = db.begin(Writer::Person).await.unwrap();
        execute(&mut tx, source).await.unwrap();
        execute(&mut tx, "pragma query_only = on").await.unwrap_or_default();
        tx.commit().await.unwrap();
        tokio::time::sleep(Duration::from_millis(2_100)).await;
        assert!(db.ready().await.is_err(), "read-only");
        let count: i64 =
            on!(read &db, conn => sqlx::query_scalar("select count(*) from webhook_events").fetch_one(conn).await)
                .unwrap();
        assert_eq!(count, 0);
        db.close().await;
    }
}

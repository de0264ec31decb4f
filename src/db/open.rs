//! Opens a database by its URL and runs migrations.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Executor, SqlitePool};
use tokio::time::Instant;

use super::file::{self, DatabaseFile};
use super::{Checkout, Db, Embedded, Networked, Suspicion, WriteScheduler, WriterSlot};

/// A connection that was idle for longer is pinged before use; also the timeout of that ping.
const SURELY_ALIVE: Duration = Duration::from_secs(1);

/// Timeout for acquiring a connection from a pool.
const CONNECT: Duration = Duration::from_secs(5);

/// Deadline of migrations, which may rewrite large tables.
const MIGRATE: Duration = Duration::from_secs(24 * 60 * 60);

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

impl Db {
    /// Opens `sqlite://path` or `postgres://…`. Creates the SQLite file and its directory if missing.
    ///
    /// # Errors
    /// Unknown scheme, unsupported parameters, or the database cannot be opened.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => open_sqlite(url).await,
            Some("postgres" | "postgresql") => open_postgres(url).await,
            _ => bail!("DATABASE_URL must begin with sqlite:// or postgres://"),
        }
    }

    /// Applies pending migrations; idempotent.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        let cannot = "database migration failed";
        match self {
            Self::Sqlite(embedded) => {
                let mut checkout = Checkout::new(embedded.slot.take().await?, Instant::now() + MIGRATE);
                SQLITE.run(checkout.connection()?).await.context(cannot)?;
                Ok(checkout.check_in()?)
            }
            Self::Postgres(networked) => POSTGRES.run(&networked.pool).await.context(cannot),
        }
    }
}

/// The file path of a SQLite URL, without its parameters; `None` for other schemes.
pub fn sqlite_path(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
}

/// The same, but rejects parameters that would be ignored and URLs without a file.
pub(super) fn checked_path(url: &str) -> anyhow::Result<PathBuf> {
    let asked = url.split_once('?').map_or("", |(_, asked)| asked);
    let is_ours = matches!(asked, "" | "mode=rwc" | "mode=rw");
    ensure!(is_ours, "DATABASE_URL: only ?mode=rwc is supported after the path, not ?{asked}");
    let path = sqlite_path(url).filter(|path| !path.as_os_str().is_empty() && path.as_os_str() != ":memory:");
    path.context("DATABASE_URL has no file path")
}

/// Locks an embedded database for this process; fails if another server uses it. Call it before [`Db::open`]. No-op on
/// PostgreSQL.
pub fn lock(url: &str) -> anyhow::Result<()> {
    match sqlite_path(url) {
        Some(_) => file::lock(&file::make(&checked_path(url)?)?),
        None => Ok(()),
    }
}

async fn open_sqlite(url: &str) -> anyhow::Result<Db> {
    let named = checked_path(url)?;
    let real = file::make(&named)?;
    let cannot = || format!("cannot open the database {}", real.display());
    let options = sqlite_options().filename(&real);
    let is_new = std::fs::metadata(&real).is_ok_and(|file| file.len() == 0);
    // New files only: `auto_vacuum` must be set before the first table is created, and setting it takes the write lock.
    let first = options.clone();
    let first = if is_new { first.auto_vacuum(SqliteAutoVacuum::Incremental) } else { first };
    let anchor = anchor(first).await.with_context(cannot)?;
    let file = Arc::new(DatabaseFile::of_open(named, &real).with_context(cannot)?);
    let readers = SqlitePoolOptions::new().max_connections(4).test_before_acquire(false).acquire_timeout(CONNECT);
    let readers = readers.connect_with(options.clone().read_only(true)).await.with_context(cannot)?;
    let slot = Arc::new(WriterSlot::new(options.pragma("cache_size", "-65536"), file.clone()));
    Ok(Db::Sqlite(Embedded {
        availability: Arc::default(),
        anchor,
        slot,
        readers,
        file,
        scheduler: WriteScheduler::of_one_writer(),
    }))
}

/// A connection that stays open, idle but for checkpoints. Its first read opens the WAL.
async fn anchor(options: SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
    let pool = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
    let pool = pool.after_connect(|connection, _| {
        Box::pin(async move { connection.execute("select count(*) from sqlite_master").await.map(drop) })
    });
    pool.connect_with(options).await
}

/// - `page_size`: 16 KB hold a typical payload in one page; measured 30 % faster ingest than the default of 4 KB.
/// - `temp_store`: otherwise a multi-row statement writes the original of every page it changes to a temporary file.
/// - `journal_size_limit`: truncates the WAL to 64 MB after another process with a long read made it grow.
/// - `busy_timeout`: shorter than our deadlines, so that a lock held by another process is reported as such.
pub(super) fn sqlite_options() -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .page_size(16_384)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("temp_store", "memory")
        .pragma("journal_size_limit", "67108864")
        .row_buffer_size(1024)
        .busy_timeout(Duration::from_millis(1500))
}

async fn open_postgres(url: &str) -> anyhow::Result<Db> {
    let options = PgConnectOptions::from_str(url).context("DATABASE_URL is not a valid PostgreSQL URL")?;
    let pool = PgPoolOptions::new().max_connections(16).acquire_timeout(CONNECT);
    let suspicion = Arc::new(Suspicion::default());
    let watched = suspicion.clone();
    let pool = pool.test_before_acquire(false).before_acquire(move |connection, meta| {
        let is_trusted = meta.idle_for < SURELY_ALIVE && !watched.is_about(meta.idle_for);
        Box::pin(async move {
            let asked = async { tokio::time::timeout(SURELY_ALIVE, connection.ping()).await };
            Ok(is_trusted || asked.await.is_ok_and(|alive| alive.is_ok()))
        })
    });
    // Otherwise a buffer that grew for a large body keeps its size for the lifetime of the connection.
    let pool = pool.after_release(|connection, _| {
        Box::pin(async move {
            connection.shrink_buffers();
            Ok(true)
        })
    });
    let pool = pool.connect_with(options).await.context("cannot connect to PostgreSQL")?;
    let scheduler = WriteScheduler::of_many_writers();
    Ok(Db::Postgres(Networked { availability: Arc::default(), pool, suspicion, scheduler, all_read: Arc::default() }))
}

#[cfg(test)]
mod tests {
    use super::checked_path;

    #[test]
    fn only_what_is_done_anyway_may_be_asked_for() {
        for url in ["sqlite://data/o.db", "sqlite:o.db", "sqlite://o.db?mode=rwc", "sqlite:///tmp/o.db?mode=rw"] {
            assert!(checked_path(url).is_ok(), "{url}");
        }
        for url in [
            "sqlite://o.db?mode=ro",
            "sqlite://o.db?mode=rwc&cache=shared",
            "sqlite::memory:",
            "sqlite://",
            "sqlite://?mode=rwc",
        ] {
            assert!(checked_path(url).is_err(), "{url}");
        }
    }
}

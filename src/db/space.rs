//! Free space in the SQLite file: returned to the file system in small steps, or completely by rewriting the file.

use std::path::{Path, PathBuf};

use anyhow::Context;
use sqlx::sqlite::{SqliteAutoVacuum, SqliteConnection, SqliteLockingMode};
use sqlx::{ConnectOptions, Connection, Executor};

use super::open::{checked_path, sqlite_options};
use super::{Db, Result, Writer, file, on};

/// 250 pages of 16 KB per transaction, about 10 ms.
const PAGES: &str = "pragma incremental_vacuum(250)";

impl Db {
    /// Number of free pages beyond a reserve of a tenth of the file or 64 MB (at 16 KB per page), which is soon reused.
    /// 0 if the file has no incremental auto-vacuum, and on PostgreSQL.
    pub async fn spare_pages(&self) -> Result<i64> {
        const SQL: &str = "select case when (select auto_vacuum from pragma_auto_vacuum) = 2 then \
             max(0, (select freelist_count from pragma_freelist_count) \
             - max((select page_count from pragma_page_count) / 10, 4096)) else 0 end";
        match self {
            Self::Sqlite(embedded) => on!(checkout &embedded.readers, conn => {
                sqlx::query_scalar(SQL).fetch_one(conn).await
            }),
            Self::Postgres(_) => Ok(0),
        }
    }

    /// Returns some free pages to the file system. SQLite frees one page per step, so the statement must run to completion.
    pub async fn give_back(&self) -> Result<()> {
        on!(write self, Writer::Sweeper, conn => sqlx::query(PAGES).execute(conn).await.map(drop))
    }
}

/// A SQLite database under exclusive access, to be rewritten without free space.
pub struct Vacuum {
    connection: SqliteConnection,
    real: PathBuf,
}

impl Vacuum {
    /// Opens the database exclusively; fails while any other process has it open.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        let named = checked_path(url)?;
        let real = file::make(&named)?;
        let options = sqlite_options().filename(&real).locking_mode(SqliteLockingMode::Exclusive);
        // Otherwise the copy, as large as the file, would be held in memory.
        let options = options.auto_vacuum(SqliteAutoVacuum::Incremental).pragma("temp_store", "file");
        let taken = || format!("cannot get exclusive access to {}", real.display());
        let mut connection = options.connect().await.with_context(taken)?;
        connection.execute("begin immediate; commit").await.with_context(taken)?;
        Ok(Self { connection, real })
    }

    /// Bytes in use, and size of the file in bytes.
    pub async fn size(&mut self) -> Result<(i64, i64)> {
        const SQL: &str = "select (page_count - freelist_count) * page_size, page_count * page_size \
             from pragma_page_count, pragma_freelist_count, pragma_page_size";
        sqlx::query_as(SQL).fetch_one(&mut self.connection).await
    }

    /// Path of the new file: next to the old one, with `.vacuum` added to its name.
    pub fn beside(&self) -> PathBuf {
        let mut name = self.real.clone().into_os_string();
        name.push(".vacuum");
        name.into()
    }

    /// Writes the pages in use to the new file and syncs it. The old file stays in effect until [`Self::replace`].
    pub async fn copy(&mut self) -> anyhow::Result<()> {
        let new = self.beside();
        if new.exists() {
            std::fs::remove_file(&new)?;
        }
        // Created empty, so that it has mode 0600 before it contains anything.
        file::make(&new)?;
        let into = sqlx::query("vacuum into $1").bind(new.to_string_lossy().into_owned());
        into.execute(&mut self.connection).await.context("cannot write the new file")?;
        Ok(std::fs::File::open(&new)?.sync_all()?)
    }

    /// Renames the new file over the old one, after deleting the WAL of the old one, which does not belong to it.
    pub async fn replace(self) -> anyhow::Result<()> {
        let new = self.beside();
        self.connection.close().await?;
        for end in ["-wal", "-shm"] {
            remove_if_there(&file::beside(&self.real, end))?;
        }
        std::fs::rename(&new, &self.real)?;
        let folder = self.real.parent().filter(|folder| !folder.as_os_str().is_empty());
        Ok(std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?)
    }
}

fn remove_if_there(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

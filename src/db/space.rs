//! Space that SQLite keeps free in its file: given back a little at a time, or all of it by writing the file anew.

use std::path::{Path, PathBuf};

use anyhow::Context;
use sqlx::sqlite::{SqliteAutoVacuum, SqliteConnection, SqliteLockingMode};
use sqlx::{ConnectOptions, Connection, Executor};

use super::open::{checked_path, sqlite_options};
use super::{Db, Result, Writer, file, on};

/// Pages of 16 KB given back in one transaction: some 10 ms.
const PAGES: &str = "pragma incremental_vacuum(250)";

impl Db {
    /// How many pages of the file are free beyond a tenth of it, or 64 MB, which are written again soon; 0 where the file cannot
    /// shrink bit by bit.
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

    /// Gives some of them back. Each page is a step of the statement, so it is run to its end.
    pub async fn give_back(&self) -> Result<()> {
        on!(write self, Writer::Sweeper, conn => sqlx::query(PAGES).execute(conn).await.map(drop))
    }
}

/// A database that nobody else has open, to be written anew.
pub struct Vacuum {
    connection: SqliteConnection,
    real: PathBuf,
}

impl Vacuum {
    /// Takes the database for itself; refused while a server or a command has it.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        let named = checked_path(url)?;
        let real = file::make(&named)?;
        let options = sqlite_options().filename(&real).locking_mode(SqliteLockingMode::Exclusive);
        // A copy as large as the file would else be kept in memory.
        let options = options.auto_vacuum(SqliteAutoVacuum::Incremental).pragma("temp_store", "file");
        let taken = || format!("cannot get exclusive access to {}", real.display());
        let mut connection = options.connect().await.with_context(taken)?;
        connection.execute("begin immediate; commit").await.with_context(taken)?;
        Ok(Self { connection, real })
    }

    /// Bytes in use, and of the file.
    pub async fn size(&mut self) -> Result<(i64, i64)> {
        const SQL: &str = "select (page_count - freelist_count) * page_size, page_count * page_size \
             from pragma_page_count, pragma_freelist_count, pragma_page_size";
        sqlx::query_as(SQL).fetch_one(&mut self.connection).await
    }

    /// Where the new file is written: beside the old one.
    pub fn beside(&self) -> PathBuf {
        self.real.with_extension("vacuum")
    }

    /// Writes what is in use to a new file. As long as the old one is not replaced it counts.
    pub async fn copy(&mut self) -> anyhow::Result<()> {
        let new = self.beside();
        if new.exists() {
            std::fs::remove_file(&new)?;
        }
        // Empty, and for us alone before anything stands in it.
        file::make(&new)?;
        let into = sqlx::query("vacuum into $1").bind(new.to_string_lossy().into_owned());
        into.execute(&mut self.connection).await.context("cannot write the new file")?;
        Ok(std::fs::File::open(&new)?.sync_all()?)
    }

    /// Puts the new file in the place of the old one, whose WAL is of no use any more.
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

//! The connection of SQLite's one writer.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Result;
use super::checkout::{Poolable, close_later};
use super::file::DatabaseFile;

/// A deadline cannot stop a thread of SQLite: one more writer may stand in for one that is stuck.
const WRITERS: usize = 2;

/// Where the writing connection is while nobody has it. The scheduler lets one at a time come for it; a pool of two would alternate
/// between connections, and throw each one's page cache away.
#[derive(Debug)]
pub struct WriterSlot {
    options: SqliteConnectOptions,
    file: Arc<DatabaseFile>,
    idle: Mutex<Option<Writing>>,
    /// As many as there may be threads.
    places: Arc<Semaphore>,
}

#[derive(Debug)]
struct Writing {
    connection: SqliteConnection,
    place: OwnedSemaphorePermit,
}

/// The writing connection, in somebody's hands.
pub struct SlotConnection {
    writing: Writing,
    slot: Arc<WriterSlot>,
}

impl WriterSlot {
    pub fn new(options: SqliteConnectOptions, file: Arc<DatabaseFile>) -> Self {
        Self { options, file, idle: Mutex::default(), places: Arc::new(Semaphore::new(WRITERS)) }
    }

    /// For whoever has the turn.
    pub async fn take(self: &Arc<Self>) -> Result<SlotConnection> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).take();
        let writing = match idle {
            Some(writing) => writing,
            None => self.open().await?,
        };
        Ok(SlotConnection { writing, slot: self.clone() })
    }

    /// In a task of its own: cut short, it would leave a thread that nobody counts.
    async fn open(&self) -> Result<Writing> {
        let place = self.places.clone().acquire_owned().await.map_err(|_| sqlx::Error::PoolClosed)?;
        let options = self.options.clone();
        let opening = tokio::spawn(async move { Ok(Writing { connection: options.connect().await?, place }) });
        opening.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
    }

    pub async fn close(&self) {
        self.places.close();
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writing) = idle {
            let _gone_anyway = writing.connection.close().await;
        }
    }
}

impl Poolable for SlotConnection {
    /// Refused where the file is not the one that its path names: what was written then is lost.
    fn check_in(self) -> Result<()> {
        if let Err(error) = self.slot.file.check() {
            self.close();
            return Err(error);
        }
        *self.slot.idle.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.writing);
        Ok(())
    }

    fn close(self) {
        let Writing { connection, place } = self.writing;
        close_later(async move {
            let _gone_anyway = connection.close().await;
            drop(place);
        });
    }
}

impl Deref for SlotConnection {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.writing.connection
    }
}

impl DerefMut for SlotConnection {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.writing.connection
    }
}

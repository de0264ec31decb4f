//! The connection of SQLite's single writer.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Result;
use super::checkout::{Poolable, close_later};
use super::file::DatabaseFile;

/// Most writing connections. A deadline cannot stop SQLite's thread, so a second one may replace one that is stuck.
const WRITERS: usize = 2;

/// Keeps the writing connection while it is idle. The scheduler admits one writer at a time. A pool of two would
/// alternate between its connections, and each would find its page cache invalidated by the other.
#[derive(Debug)]
pub struct WriterSlot {
    options: SqliteConnectOptions,
    file: Arc<DatabaseFile>,
    idle: Mutex<Option<Writing>>,
    /// One permit per thread of SQLite that may exist.
    places: Arc<Semaphore>,
}

#[derive(Debug)]
struct Writing {
    connection: SqliteConnection,
    place: OwnedSemaphorePermit,
}

/// The writing connection, checked out.
pub struct SlotConnection {
    writing: Writing,
    slot: Arc<WriterSlot>,
}

impl WriterSlot {
    /// An empty slot; the connection is opened by the first [`Self::take`].
    pub fn new(options: SqliteConnectOptions, file: Arc<DatabaseFile>) -> Self {
        Self { options, file, idle: Mutex::default(), places: Arc::new(Semaphore::new(WRITERS)) }
    }

    /// Takes the idle connection, or opens one. Only for the holder of the write permit.
    pub async fn take(self: &Arc<Self>) -> Result<SlotConnection> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).take();
        let writing = match idle {
            Some(writing) => writing,
            None => self.open().await?,
        };
        Ok(SlotConnection { writing, slot: self.clone() })
    }

    /// Opens in a task of its own: if it were cancelled, it would leave behind a thread that holds no permit.
    async fn open(&self) -> Result<Writing> {
        let place = self.places.clone().acquire_owned().await.map_err(|_| sqlx::Error::PoolClosed)?;
        let options = self.options.clone();
        let opening = tokio::spawn(async move { Ok(Writing { connection: options.connect().await?, place }) });
        opening.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
    }

    /// Closes the idle connection and refuses to open further ones.
    pub async fn close(&self) {
        self.places.close();
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writing) = idle {
            let _gone_anyway = writing.connection.close().await;
        }
    }
}

impl Poolable for SlotConnection {
    /// Fails if the file was deleted or replaced, since what was committed is lost then.
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

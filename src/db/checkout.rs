//! Checked-out connections, each with a deadline.
//!
//! sqlx does not clean up after every failure: a transaction that SQLite rolled back by itself still counts as open
//! (`sqlite/connection/worker.rs`), one cancelled during `begin` stays open on PostgreSQL, and a pool waits forever for a
//! connection to a server that stopped responding. So transactions begin and commit in plain SQL, on a connection that is
//! closed unless it was explicitly checked in.

use std::ops::DerefMut;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Database, Pool, Postgres, Sqlite};
use tokio::time::Instant;

use super::{Result, is_unavailable};

/// A checked-out connection. If it is dropped without being checked in, it is closed, since its transaction state is unknown.
pub struct Checkout<L: Poolable> {
    /// Deadline of everything that is done with it.
    pub until: Instant,
    connection: Option<L>,
}

/// A connection that can be checked out.
pub trait Poolable: DerefMut {
    /// Returns the connection to its pool or slot.
    fn check_in(self) -> Result<()>;
    /// Closes the connection in the background.
    fn close(self);
}

impl<L: Poolable> Checkout<L> {
    /// Wraps a connection that is to be used until `until`.
    pub const fn new(connection: L, until: Instant) -> Self {
        Self { until, connection: Some(connection) }
    }

    /// The connection. Fails with `PoolClosed` once it was checked in.
    pub fn connection(&mut self) -> Result<&mut L::Target> {
        self.connection.as_deref_mut().ok_or(sqlx::Error::PoolClosed)
    }

    /// Returns the connection for reuse; only outside a transaction.
    pub fn check_in(mut self) -> Result<()> {
        self.connection.take().map_or(Ok(()), L::check_in)
    }

    /// After a read: returns the connection for reuse, or closes it if the error may be its fault.
    pub fn check_in_after<T>(self, done: &Result<T>) {
        if !done.as_ref().is_err_and(is_unavailable) {
            let _pools_take_all = self.check_in();
        }
    }
}

impl<DB: Database> Checkout<PoolConnection<DB>>
where
    PoolConnection<DB>: Poolable,
{
    /// Acquires a connection. `deadline` covers the wait for it and everything that is done with it.
    pub async fn take(pool: &Pool<DB>, deadline: Duration) -> Result<Self> {
        let until = Instant::now() + deadline;
        Ok(Self::new(within(until, pool.acquire()).await?, until))
    }
}

impl<L: Poolable> Drop for Checkout<L> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.close();
        }
    }
}

impl Poolable for PoolConnection<Postgres> {
    fn check_in(self) -> Result<()> {
        drop(self);
        Ok(())
    }

    /// sqlx closes it in the background, for at most five seconds.
    fn close(mut self) {
        self.close_on_drop();
    }
}

impl Poolable for PoolConnection<Sqlite> {
    fn check_in(self) -> Result<()> {
        drop(self);
        Ok(())
    }

    /// Its place in the pool becomes free only when its thread ends, which bounds the number of stuck threads by the
    /// pool size.
    fn close(self) {
        close_later(async move {
            let _gone_anyway = PoolConnection::close(self).await;
        });
    }
}

/// Spawns a task that closes a connection. Without a runtime the process is exiting, and nothing needs closing.
pub fn close_later(closing: impl Future<Output = ()> + Send + 'static) {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(closing);
    }
}

/// Runs `work` until a deadline, after which it fails with `TimedOut`.
pub async fn within<T>(until: Instant, work: impl Future<Output = Result<T>>) -> Result<T> {
    let late = |_| Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into());
    tokio::time::timeout_at(until, work).await.unwrap_or_else(late)
}

/// Time of the last broken connection: pooled connections that were idle at that time may be broken as well.
#[derive(Debug, Default)]
pub struct Suspicion(Mutex<Option<Instant>>);

impl Suspicion {
    /// Records that a connection was just found broken.
    pub fn arise(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether a connection that has been idle for `rested` was idle already when another was found broken.
    pub fn is_about(&self, rested: Duration) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|at| at.elapsed() <= rested)
    }
}

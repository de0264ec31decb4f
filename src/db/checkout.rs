//! Connections in use, each with its deadline.
//!
//! sqlx closes nothing by itself: a transaction that SQLite rolled back stays open in its books (`sqlite/connection/worker.rs`),
//! one that was cancelled during `begin` stays open on PostgreSQL, and a pool waits without end for a connection that a
//! silent server holds. So transactions are begun and committed in plain SQL, on a connection that is closed unless it was
//! given back.

use std::ops::DerefMut;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Database, Pool, Postgres, Sqlite};
use tokio::time::Instant;

use super::{Result, is_unavailable};

/// A connection that somebody has. Dropped before it is given back it is closed: nobody knows what it is in the middle of.
pub struct Checkout<L: Poolable> {
    /// When its time is over.
    pub until: Instant,
    connection: Option<L>,
}

/// What can be checkout.
pub trait Poolable: DerefMut {
    /// To whoever comes next.
    fn check_in(self) -> Result<()>;
    /// For good; nobody waits for it.
    fn close(self);
}

impl<L: Poolable> Checkout<L> {
    pub const fn new(connection: L, until: Instant) -> Self {
        Self { until, connection: Some(connection) }
    }

    /// The connection itself.
    pub fn connection(&mut self) -> Result<&mut L::Target> {
        self.connection.as_deref_mut().ok_or(sqlx::Error::PoolClosed)
    }

    /// Given back for whoever comes next.
    pub fn check_in(mut self) -> Result<()> {
        self.connection.take().map_or(Ok(()), L::check_in)
    }

    /// Outside a transaction: given back, unless the connection itself is at fault.
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
    /// From a pool, with a deadline for that and for all that is done with it.
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

    /// Says goodbye for five seconds at most.
    fn close(mut self) {
        self.close_on_drop();
    }
}

impl Poolable for PoolConnection<Sqlite> {
    fn check_in(self) -> Result<()> {
        drop(self);
        Ok(())
    }

    /// Its place in the pool is free once its thread has ended, so that stuck threads stay as few as the pool is large.
    fn close(self) {
        close_later(async move {
            let _gone_anyway = PoolConnection::close(self).await;
        });
    }
}

/// Closes in a task of its own; where no runtime is left the process ends anyway.
pub fn close_later(closing: impl Future<Output = ()> + Send + 'static) {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(closing);
    }
}

/// The work, or an error once its time is over.
pub async fn within<T>(until: Instant, work: impl Future<Output = Result<T>>) -> Result<T> {
    let late = |_| Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into());
    tokio::time::timeout_at(until, work).await.unwrap_or_else(late)
}

/// Since when connections that rest may be gone.
#[derive(Debug, Default)]
pub struct Suspicion(Mutex<Option<Instant>>);

impl Suspicion {
    pub fn arise(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether a connection has rested since before.
    pub fn is_about(&self, rested: Duration) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|at| at.elapsed() <= rested)
    }
}

//! A copy of configuration that is read from the database on demand and kept while it is recent. It stays in use while the
//! database is away.

use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// Maximum age of a copy: a change takes effect on every node within two of these.
pub const MAX_AGE: Duration = Duration::from_secs(1);

/// The copy, and when it was loaded.
#[derive(Debug)]
pub struct Reloading<T> {
    copy: RwLock<Copy<T>>,
    /// Held while loading, so that concurrent callers share one query.
    loading: Mutex<()>,
}

#[derive(Debug)]
struct Copy<T> {
    value: Option<Arc<T>>,
    /// `None` after a change that the copy does not show.
    loaded_at: Option<Instant>,
    failed_at: Option<Instant>,
    /// Number of known changes.
    changes: u64,
}

impl<T> Default for Reloading<T> {
    fn default() -> Self {
        let copy = Copy { value: None, loaded_at: None, failed_at: None, changes: 0 };
        Self { copy: RwLock::new(copy), loading: Mutex::default() }
    }
}

impl<T> Reloading<T> {
    /// The copy, loaded again if it is older than `age`. `load` is given the previous copy.
    ///
    /// # Errors
    ///
    /// If it cannot be loaded within [`MAX_AGE`] and there is no earlier copy, or one that a change made invalid.
    pub async fn get<F>(&self, age: Duration, load: impl FnOnce(Option<Arc<T>>) -> F) -> sqlx::Result<Arc<T>>
    where
        F: Future<Output = sqlx::Result<T>>,
    {
        if let Some(value) = self.recent(age) {
            return Ok(value);
        }
        let asked = Instant::now();
        let _one_at_a_time = self.loading.lock().await;
        if let Some(value) = self.recent(age) {
            return Ok(value);
        }
        // Another caller's attempt failed while this one waited for the lock: do not wait for a second timeout.
        if self.read(|copy| copy.failed_at.is_some_and(|failed| failed > asked)) {
            return Err(sqlx::Error::PoolTimedOut);
        }
        let changes = self.read(|copy| copy.changes);
        match timeout(MAX_AGE, load(self.cached())).await.unwrap_or(Err(sqlx::Error::PoolTimedOut)) {
            Ok(value) => Ok(self.store(value, changes)),
            Err(error) => self.keep(error),
        }
    }

    /// The last copy, however old.
    pub fn cached(&self) -> Option<Arc<T>> {
        self.read(|copy| copy.value.clone())
    }

    /// Forces the next [`Self::get`] to load.
    pub fn invalidate(&self) {
        let mut copy = self.write();
        copy.loaded_at = None;
        copy.changes += 1;
    }

    /// The copy if it is younger than `age`, or loading it failed within [`MAX_AGE`].
    fn recent(&self, age: Duration) -> Option<Arc<T>> {
        self.read(|copy| {
            let loaded_at = copy.loaded_at?;
            let is_failing = copy.failed_at.is_some_and(|at| at.elapsed() < MAX_AGE);
            copy.value.clone().filter(|_| is_failing || loaded_at.elapsed() < age)
        })
    }

    /// What was loaded beside a change may be from before it, and is not recent.
    fn store(&self, value: T, changes: u64) -> Arc<T> {
        let value = Arc::new(value);
        let mut copy = self.write();
        copy.loaded_at = (copy.changes == changes).then(Instant::now);
        copy.value = Some(value.clone());
        copy.failed_at = None;
        value
    }

    /// Keeps a valid copy after a failure.
    fn keep(&self, error: sqlx::Error) -> sqlx::Result<Arc<T>> {
        let mut copy = self.write();
        copy.failed_at = Some(Instant::now());
        let value = copy.value.clone().filter(|_| copy.loaded_at.is_some()).ok_or_else(|| error.to_string());
        drop(copy);
        let Ok(value) = value else { return Err(error) };
        tracing::warn!("cannot reload configuration, keeping the cached copy: {error}");
        Ok(value)
    }

    fn read<R>(&self, look: impl FnOnce(&Copy<T>) -> R) -> R {
        look(&self.copy.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write(&self) -> RwLockWriteGuard<'_, Copy<T>> {
        self.copy.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    struct Table(Reloading<u64>, AtomicU64);

    impl Table {
        async fn get(&self, is_away: bool) -> sqlx::Result<u64> {
            let load = async |_| {
                tokio::time::sleep(MAX_AGE / 10).await;
                let number = self.1.fetch_add(1, Ordering::Relaxed);
                if is_away { Err(sqlx::Error::PoolClosed) } else { Ok(number) }
            };
            self.0.get(MAX_AGE, load).await.map(|number| *number)
        }
    }

    fn table() -> Table {
        Table(Reloading::default(), AtomicU64::new(0))
    }

    #[tokio::test(start_paused = true)]
    async fn concurrent_callers_share_one_query() {
        let table = table();
        let all = futures::future::join_all((0..20).map(|_| table.get(false))).await;
        assert!(all.iter().all(|number| matches!(number, Ok(0))));
        tokio::time::sleep(MAX_AGE).await;
        assert_eq!(table.get(false).await.unwrap(), 1, "too old");
        table.0.invalidate();
        assert_eq!(table.get(false).await.unwrap(), 2, "changed");
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_loaded_beside_a_change_is_loaded_again() {
        let table = table();
        let change = async {
            tokio::time::sleep(MAX_AGE / 20).await;
            table.0.invalidate();
        };
        let (first, ()) = tokio::join!(table.get(false), change);
        assert_eq!((first.unwrap(), table.get(false).await.unwrap()), (0, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_copy_outlives_the_database_unless_it_is_known_to_be_wrong() {
        let table = table();
        assert!(table.get(true).await.is_err(), "no copy yet");
        assert_eq!(table.get(false).await.unwrap(), 1);
        tokio::time::sleep(MAX_AGE).await;
        for _ in 0..3 {
            assert_eq!(table.get(true).await.unwrap(), 1);
        }
        assert_eq!(table.1.load(Ordering::Relaxed), 3, "one attempt per second");
        table.0.invalidate();
        assert!(table.get(true).await.is_err());
        assert_eq!(table.get(false).await.unwrap(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn concurrent_callers_share_one_failure() {
        let table = table();
        let all = futures::future::join_all((0..20).map(|_| table.get(true))).await;
        assert!(all.iter().all(Result::is_err));
        assert_eq!(table.1.load(Ordering::Relaxed), 1);
    }
}

//! A cache for a value that is expensive and often requested: it is read at most once per interval, and concurrent callers
//! share one read.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

/// The cached value.
#[derive(Debug)]
pub struct Fresh<T> {
    kept: Mutex<Option<Kept<T>>>,
    /// Incremented by every known change.
    changes: AtomicU64,
}

#[derive(Debug)]
struct Kept<T> {
    /// When the read was started.
    at: Instant,
    changes: u64,
    /// `None` if the read failed.
    value: Option<Arc<T>>,
}

impl<T> Default for Fresh<T> {
    fn default() -> Self {
        Self { kept: Mutex::new(None), changes: AtomicU64::new(0) }
    }
}

impl<T> Fresh<T> {
    /// Invalidates the cached value.
    pub fn changed(&self) {
        self.changes.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the cached value if nothing changed since and it is at most `age` old, else reads it. Callers that were
    /// waiting for a read that failed get `failed`, instead of each waiting for another timeout.
    pub async fn within<E>(
        &self,
        age: Duration,
        read: impl Future<Output = Result<T, E>>,
        failed: impl Fn() -> E,
    ) -> Result<Arc<T>, E> {
        let came = Instant::now();
        let mut kept = self.kept.lock().await;
        let changes = self.changes.load(Ordering::Relaxed);
        match kept.as_ref() {
            Some(Kept { at, value: None, .. }) if *at > came => return Err(failed()),
            Some(Kept { at, value: Some(value), changes: then }) if *then == changes && at.elapsed() <= age => {
                return Ok(value.clone());
            }
            _ => {}
        }
        let at = Instant::now();
        let done = read.await;
        let at = if done.is_ok() { at } else { Instant::now() };
        let value = done.map(Arc::new);
        *kept = Some(Kept { at, changes, value: value.as_ref().ok().cloned() });
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    struct Counted(Fresh<u64>, AtomicU64);

    impl Counted {
        async fn get(&self, fails: bool) -> Result<u64, &'static str> {
            let read = async {
                tokio::time::sleep(SECOND / 10).await;
                let number = self.1.fetch_add(1, Ordering::Relaxed);
                if fails { Err("away") } else { Ok(number) }
            };
            self.0.within(SECOND, read, || "was away").await.map(|number| *number)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn twenty_who_ask_at_once_read_once() {
        let counted = Counted(Fresh::default(), AtomicU64::new(0));
        let all = futures::future::join_all((0..20).map(|_| counted.get(false))).await;
        assert!(all.iter().all(|number| *number == Ok(0)));
        tokio::time::sleep(SECOND).await;
        assert_eq!(counted.get(false).await, Ok(1), "too old");
        counted.0.changed();
        assert_eq!(counted.get(false).await, Ok(2), "changed");
    }

    #[tokio::test(start_paused = true)]
    async fn twenty_who_ask_in_vain_wait_once() {
        let counted = Counted(Fresh::default(), AtomicU64::new(0));
        let all = futures::future::join_all((0..20).map(|_| counted.get(true))).await;
        assert_eq!(all.iter().filter(|told| **told == Err("was away")).count(), 19);
        assert_eq!(counted.get(false).await, Ok(1), "whoever comes later tries again");
    }
}

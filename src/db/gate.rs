//! Turns at the database: ingest goes first, but nobody waits for ever. SQLite has one writer besides.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::Instant;

use super::Writer;

/// The longest that background work gives way before it takes its place in the queue.
const PATIENCE: Duration = Duration::from_millis(250);

/// Ingest whose last two turns end within `FREQUENT` microseconds is likely to write again within `BUSY` after them.
const FREQUENT: u64 = 12_000;
const BUSY: u64 = 2_500;

/// Workers pass only when ingest is idle, or after [`PATIENCE`]; with one writer, behind it is a fair lock.
#[derive(Clone, Debug)]
pub struct Gate {
    lock: Option<Arc<Mutex<()>>>,
    ingest: Arc<LastWrite>,
}

/// The right to write, until dropped.
pub struct Turn {
    _guard: Option<OwnedMutexGuard<()>>,
    ingest: Option<Arc<LastWrite>>,
}

/// When ingest last wrote and the time before, in microseconds since `epoch`; 0 is never.
#[derive(Debug)]
struct LastWrite {
    epoch: Instant,
    at: AtomicU64,
    before: AtomicU64,
    /// Turns of ingest that are waited for or held.
    turns: AtomicU64,
}

impl Gate {
    /// For a database that takes one write transaction at a time.
    pub fn of_one_writer() -> Self {
        Self { lock: Some(Arc::default()), ingest: Arc::new(LastWrite::never()) }
    }

    /// For a database that takes many.
    pub fn of_many_writers() -> Self {
        Self { lock: None, ingest: Arc::new(LastWrite::never()) }
    }

    /// Waits for a turn.
    pub async fn enter(&self, writer: Writer) -> Turn {
        let ingest = match writer {
            Writer::Ingest => Some(self.ingest.clone()),
            Writer::Person => None,
            Writer::Worker => {
                self.give_way().await;
                None
            }
        };
        // Counted from here on, so that a caller who hangs up while waiting is counted out again.
        let mut turn = Turn { _guard: None, ingest };
        if let Some(ingest) = &turn.ingest {
            ingest.turns.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(lock) = &self.lock {
            turn._guard = Some(lock.clone().lock_owned().await);
        }
        turn
    }

    async fn give_way(&self) {
        let patience = Instant::now() + PATIENCE;
        while self.ingest.is_busy() && Instant::now() < patience {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(ingest) = &self.ingest {
            let before = ingest.at.swap(ingest.now(), Ordering::Relaxed);
            ingest.before.store(before, Ordering::Relaxed);
            ingest.turns.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl LastWrite {
    fn never() -> Self {
        Self { epoch: Instant::now(), at: AtomicU64::new(0), before: AtomicU64::new(0), turns: AtomicU64::new(0) }
    }

    fn now(&self) -> u64 {
        self.epoch.elapsed().as_micros() as u64
    }

    /// While ingest writes or waits to; and for as long after it as makes the next write likely. A lone delivery now and
    /// then holds nobody up.
    fn is_busy(&self) -> bool {
        let (at, before) = (self.at.load(Ordering::Relaxed), self.before.load(Ordering::Relaxed));
        let is_frequent = at.saturating_sub(before) < FREQUENT && self.now().saturating_sub(at) < BUSY;
        self.turns.load(Ordering::Relaxed) > 0 || (before > 0 && is_frequent)
    }
}

//! Turns at SQLite's one writer: ingest goes first, but nobody waits for ever.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::Instant;

use super::Urgency;

/// The longest that background work gives way before it takes its place in the queue.
const PATIENCE: Duration = Duration::from_millis(20);

/// Ingest that wrote this recently is about to write again.
const BUSY: u64 = 2_000;

/// A fair lock that background work asks for only when ingest is idle, or after [`PATIENCE`].
#[derive(Clone, Debug)]
pub struct Gate {
    lock: Arc<Mutex<()>>,
    ingest: Arc<LastWrite>,
}

/// The right to write, until dropped.
pub struct Turn {
    _guard: Option<OwnedMutexGuard<()>>,
    ingest: Option<Arc<LastWrite>>,
}

/// When ingest last wrote, in microseconds since `epoch`; 0 is never.
#[derive(Debug)]
struct LastWrite {
    epoch: Instant,
    at: AtomicU64,
    /// Turns of ingest that are waited for or held.
    turns: AtomicU64,
}

impl Gate {
    /// A gate at which nobody waits.
    pub fn new() -> Self {
        let ingest = LastWrite { epoch: Instant::now(), at: AtomicU64::new(0), turns: AtomicU64::new(0) };
        Self { lock: Arc::default(), ingest: Arc::new(ingest) }
    }

    /// Waits for a turn.
    pub async fn enter(&self, urgency: Urgency) -> Turn {
        let ingest = match urgency {
            Urgency::Ingest => Some(self.ingest.clone()),
            Urgency::Background => {
                self.give_way().await;
                None
            }
        };
        // Counted from here on, so that a caller who hangs up while waiting is counted out again.
        let mut turn = Turn { _guard: None, ingest };
        if let Some(ingest) = &turn.ingest {
            ingest.turns.fetch_add(1, Ordering::Relaxed);
        }
        turn._guard = Some(self.lock.clone().lock_owned().await);
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
            ingest.at.store(ingest.now(), Ordering::Relaxed);
            ingest.turns.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl LastWrite {
    fn now(&self) -> u64 {
        self.epoch.elapsed().as_micros() as u64
    }

    /// While ingest writes or waits to, and for [`BUSY`] after it.
    fn is_busy(&self) -> bool {
        match self.at.load(Ordering::Relaxed) {
            _ if self.turns.load(Ordering::Relaxed) > 0 => true,
            0 => false,
            at => self.now().saturating_sub(at) < BUSY,
        }
    }
}

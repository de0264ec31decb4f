//! The embedded queue: a bounded FIFO in memory.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::{BATCH, Batch, CAPACITY};

/// Ids of due events, first in, first out.
#[derive(Debug, Default)]
pub struct LocalQueue {
    ids: Mutex<VecDeque<i64>>,
    bell: Notify,
}

impl LocalQueue {
    /// Adds ids up to [`CAPACITY`]; the rest is dropped, for the sweeper to find.
    pub fn push(&self, ids: &[i64]) {
        let mut waiting = self.lock();
        let room = CAPACITY - waiting.len();
        waiting.extend(ids.iter().take(room));
        drop(waiting);
        self.bell.notify_one();
    }

    /// Number of queued hints.
    pub fn waiting(&self) -> usize {
        self.lock().len()
    }

    /// Takes a batch, waiting up to `wait` for one; `None` if the queue stays empty.
    pub async fn take(&self, wait: Duration) -> Option<Batch> {
        if let Some(batch) = self.pop() {
            return Some(batch);
        }
        let _rung_or_over = tokio::time::timeout(wait, self.bell.notified()).await;
        self.pop()
    }

    fn pop(&self) -> Option<Batch> {
        let mut waiting = self.lock();
        let most = waiting.len().min(BATCH);
        let ids: Vec<i64> = waiting.drain(..most).collect();
        if !waiting.is_empty() {
            self.bell.notify_one();
        }
        (!ids.is_empty()).then(|| Batch { ids, receipts: Vec::new() })
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<i64>> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(5);

    #[tokio::test]
    async fn hints_come_in_order_and_wake_who_waits() {
        let queue = LocalQueue::default();
        queue.push(&[2, 3]);
        assert_eq!(queue.take(SOON).await.unwrap().ids, [2, 3]);
        assert_eq!(queue.take(SOON).await, None);
        let (taken, ()) = tokio::join!(queue.take(Duration::from_secs(5)), async { queue.push(&[4]) });
        assert_eq!(taken.unwrap().ids, [4]);
    }

    #[tokio::test]
    async fn a_full_queue_drops_hints_and_a_batch_is_bounded() {
        let queue = LocalQueue::default();
        queue.push(&vec![7; CAPACITY + 5]);
        queue.push(&[8]);
        assert_eq!(queue.waiting(), CAPACITY);
        let mut taken = 0;
        while let Some(batch) = queue.take(SOON).await {
            assert!(batch.ids.len() <= BATCH);
            taken += batch.ids.len();
        }
        assert_eq!(taken, CAPACITY);
    }
}

//! The queue in this process: two bounded lanes and a bell.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::{BATCH, Batch, CAPACITY, Lane};

/// Lanes by [`Lane::ALL`].
#[derive(Debug, Default)]
pub struct LocalQueue {
    lanes: Mutex<[VecDeque<i64>; 2]>,
    bell: Notify,
}

impl LocalQueue {
    /// Adds ids as far as the lane has room.
    pub fn push(&self, lane: Lane, ids: &[i64]) {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = &mut lanes[lane as usize];
        lane.extend(&ids[..ids.len().min(CAPACITY - lane.len())]);
        drop(lanes);
        self.bell.notify_one();
    }

    /// How many hints wait in a lane.
    pub fn waiting(&self, lane: Lane) -> usize {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)[lane as usize].len()
    }

    /// Takes from the first lane that has any.
    pub async fn take(&self, wait: Duration) -> Option<Batch> {
        if let Some(batch) = self.pop() {
            return Some(batch);
        }
        let _rung_or_over = tokio::time::timeout(wait, self.bell.notified()).await;
        self.pop()
    }

    fn pop(&self) -> Option<Batch> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = Lane::ALL.into_iter().find(|lane| !lanes[*lane as usize].is_empty())?;
        let waiting = &mut lanes[lane as usize];
        let ids: Vec<i64> = waiting.drain(..waiting.len().min(BATCH)).collect();
        if lanes.iter().any(|lane| !lane.is_empty()) {
            self.bell.notify_one();
        }
        Some(Batch { lane, ids, receipts: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(5);

    #[tokio::test]
    async fn webhooks_go_before_notifications() {
        let queue = LocalQueue::default();
        queue.push(Lane::Notifications, &[1]);
        queue.push(Lane::Webhooks, &[2, 3]);
        assert_eq!(queue.take(SOON).await.unwrap().ids, [2, 3]);
        assert_eq!(queue.take(SOON).await.unwrap().lane, Lane::Notifications);
        assert_eq!(queue.take(SOON).await, None);
    }

    #[tokio::test]
    async fn a_full_lane_drops_hints_and_a_batch_is_bounded() {
        let queue = LocalQueue::default();
        queue.push(Lane::Webhooks, &vec![7; CAPACITY + 5]);
        queue.push(Lane::Webhooks, &[8]);
        assert_eq!((queue.waiting(Lane::Webhooks), queue.waiting(Lane::Notifications)), (CAPACITY, 0));
        let mut taken = 0;
        while let Some(batch) = queue.take(SOON).await {
            assert!(batch.ids.len() <= BATCH);
            taken += batch.ids.len();
        }
        assert_eq!(taken, CAPACITY);
    }
}

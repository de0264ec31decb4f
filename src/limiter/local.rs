//! Rate limits of this process.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

use super::Limit;

/// Send times and blocks by key, in milliseconds since `epoch`.
#[derive(Debug)]
pub struct LocalLimits {
    epoch: Instant,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    taken: HashMap<String, VecDeque<i64>>,
    blocked: HashMap<String, i64>,
}

impl Default for LocalLimits {
    fn default() -> Self {
        Self { epoch: Instant::now(), state: Mutex::default() }
    }
}

impl LocalLimits {
    fn now(&self) -> i64 {
        self.epoch.elapsed().as_millis() as i64
    }

    /// See [`super::Limiter::take`].
    pub fn take(&self, limits: &[Limit]) -> Result<(), i64> {
        let now = self.now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = limits.iter().filter_map(|limit| state.wait(limit, now)).max();
        match wait {
            Some(wait) => Err(wait),
            None => {
                drop(state);
                self.recall(limits, 0);
                Ok(())
            }
        }
    }

    /// Counts a message sent `ago` milliseconds ago. Must be called oldest first, since the queues are sorted.
    pub fn recall(&self, limits: &[Limit], ago: i64) {
        let at = self.now() - ago;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for limit in limits {
            state.taken.entry(limit.key.clone()).or_default().push_back(at);
        }
    }

    /// Blocks a key for `wait` milliseconds.
    pub fn block(&self, key: &str, wait: i64) {
        let until = self.now() + wait;
        self.state.lock().unwrap_or_else(PoisonError::into_inner).blocked.insert(key.to_owned(), until);
    }

    /// Number of messages within the window that ends now.
    pub fn used(&self, limit: &Limit) -> u32 {
        let now = self.now();
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = state.taken.get(&limit.key);
        taken.map_or(0, |taken| taken.iter().filter(|at| now - **at < limit.span).count() as u32)
    }
}

impl State {
    /// Milliseconds until the limit allows a message; `None` if it does now.
    fn wait(&mut self, limit: &Limit, now: i64) -> Option<i64> {
        let blocked = self.blocked.get(&limit.key).map(|until| until - now).filter(|wait| *wait > 0);
        let taken = self.taken.entry(limit.key.clone()).or_default();
        while taken.front().is_some_and(|at| now - at >= limit.span) {
            taken.pop_front();
        }
        let full = (taken.len() >= limit.most as usize).then(|| {
            let first = taken.len() - limit.most as usize;
            taken.get(first).map_or(limit.span, |at| at + limit.span - now)
        });
        blocked.max(full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(most: u32, span: i64) -> Limit {
        Limit { key: format!("k{span}"), most, span }
    }

    async fn pass(milliseconds: u64) {
        tokio::time::advance(std::time::Duration::from_millis(milliseconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_window_slides() {
        let (limits, both) = (LocalLimits::default(), [limit(1, 1_000), limit(3, 60_000)]);
        assert_eq!(limits.take(&both), Ok(()));
        pass(400).await;
        assert_eq!(limits.take(&both), Err(600));
        pass(600).await;
        assert_eq!(limits.take(&both), Ok(()));
        pass(1_000).await;
        assert_eq!(limits.take(&both), Ok(()));
        pass(1_000).await;
        assert_eq!(limits.take(&both), Err(57_000));
        assert_eq!(limits.used(&both[1]), 3);
        pass(57_000).await;
        assert_eq!(limits.take(&both), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_provider_can_ask_for_silence() {
        let limits = LocalLimits::default();
        limits.block("k1000", 4_000);
        assert_eq!(limits.take(&[limit(1, 1_000)]), Err(4_000));
        pass(4_000).await;
        assert_eq!(limits.take(&[limit(1, 1_000)]), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn what_went_before_the_start_still_counts() {
        let limits = LocalLimits::default();
        limits.recall(&[limit(1, 1_000)], 700);
        assert_eq!(limits.take(&[limit(1, 1_000)]), Err(300));
    }
}

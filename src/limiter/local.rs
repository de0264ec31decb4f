//! Limits in this process.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use super::Limit;

/// When messages went, by key; and until when a key is blocked.
#[derive(Debug, Default)]
pub struct LocalLimits {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    taken: HashMap<String, VecDeque<i64>>,
    blocked: HashMap<String, i64>,
}

impl LocalLimits {
    pub fn take(&self, limits: &[Limit], now: i64) -> Result<(), i64> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = limits.iter().filter_map(|limit| state.wait(limit, now)).max();
        match wait {
            Some(wait) => Err(wait),
            None => {
                drop(state);
                self.recall(limits, now);
                Ok(())
            }
        }
    }

    /// Moments must come in ascending order.
    pub fn recall(&self, limits: &[Limit], at: i64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for limit in limits {
            state.taken.entry(limit.key.clone()).or_default().push_back(at);
        }
    }

    pub fn block(&self, key: &str, until: i64) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).blocked.insert(key.to_owned(), until);
    }

    pub fn used(&self, limit: &Limit, now: i64) -> u32 {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = state.taken.get(&limit.key);
        taken.map_or(0, |taken| taken.iter().filter(|at| now - **at < limit.span).count() as u32)
    }
}

impl State {
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

    #[test]
    fn a_window_slides() {
        let (limits, both) = (LocalLimits::default(), [limit(1, 1_000), limit(3, 60_000)]);
        assert_eq!(limits.take(&both, 0), Ok(()));
        assert_eq!(limits.take(&both, 400), Err(600));
        assert_eq!([limits.take(&both, 1_000), limits.take(&both, 2_000)], [Ok(()), Ok(())]);
        assert_eq!(limits.take(&both, 3_000), Err(57_000));
        assert_eq!(limits.used(&both[1], 3_000), 3);
        assert_eq!(limits.take(&both, 60_000), Ok(()));
    }

    #[test]
    fn a_provider_can_ask_for_silence() {
        let limits = LocalLimits::default();
        limits.block("k1000", 5_000);
        assert_eq!(limits.take(&[limit(1, 1_000)], 1_000), Err(4_000));
        assert_eq!(limits.take(&[limit(1, 1_000)], 5_000), Ok(()));
    }
}

//! Slows down guessing: after a few failures each further try of an account or an address must wait, twice as long
//! each time (OWASP Authentication).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use app::Error;

/// Failures that cost nothing, the first wait and the longest, in milliseconds.
const FREE: u32 = 5;
const FIRST: i64 = 1_000;
const LONGEST: i64 = 15 * 60_000;

/// Most keys remembered; the oldest failures go first.
const MAX_KEYS: usize = 10_000;

/// Failures by key: an account, or an address.
#[derive(Debug, Default)]
pub struct Throttle {
    failures: Mutex<HashMap<String, Failures>>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: i64,
}

impl Throttle {
    /// Refuses while any of the keys must wait.
    pub fn check(&self, keys: &[&str], now: i64) -> app::Result<()> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = keys.iter().filter_map(|key| failures.get(*key)).map(|f| f.last + wait(f.count) - now).max();
        match wait {
            Some(ms) if ms > 0 => Err(Error::TooManyAttempts { seconds: (ms + 999) / 1000 }),
            _ => Ok(()),
        }
    }

    /// Counts a failure of each key.
    pub fn failed(&self, keys: &[&str], now: i64) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.retain(|_, f| now - f.last < LONGEST);
        while failures.len() >= MAX_KEYS {
            let Some(oldest) = failures.iter().min_by_key(|(_, f)| f.last).map(|(key, _)| key.clone()) else { break };
            failures.remove(&oldest);
        }
        for key in keys {
            let entry = failures.entry((*key).to_owned()).or_insert(Failures { count: 0, last: now });
            *entry = Failures { count: entry.count + 1, last: now };
        }
    }

    /// Forgets the failures of an account that got in.
    pub fn succeeded(&self, key: &str) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

fn wait(count: u32) -> i64 {
    let doublings = count.saturating_sub(FREE);
    if doublings == 0 { 0 } else { (FIRST << doublings.min(20)).min(LONGEST) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_gets_slower() {
        let throttle = Throttle::default();
        for _ in 0..FREE {
            throttle.failed(&["a"], 0);
        }
        assert!(throttle.check(&["a"], 0).is_ok());
        throttle.failed(&["a"], 0);
        assert_eq!(throttle.check(&["b", "a"], 0), Err(Error::TooManyAttempts { seconds: 2 }));
        assert!(throttle.check(&["a"], 2_000).is_ok());
        throttle.failed(&["a"], 2_000);
        assert_eq!(throttle.check(&["a"], 2_000), Err(Error::TooManyAttempts { seconds: 4 }));
        throttle.succeeded("a");
        assert!(throttle.check(&["a"], 2_000).is_ok());
    }
}

//! The only source of time; injected, so that tests can control it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A clock in Unix milliseconds UTC.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system clock.
    System,
    /// Stands still until it is advanced.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at` (Unix milliseconds).
    pub fn fixed(at: i64) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at)))
    }

    /// The current time in Unix milliseconds; 0 if the system clock is before 1970.
    #[expect(clippy::disallowed_methods, reason = "this is where time comes from")]
    pub fn now(&self) -> i64 {
        match self {
            Self::System => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_millis() as i64),
            Self::Fixed(at) => at.load(Ordering::Relaxed),
        }
    }

    /// Advances a fixed clock by `ms`; no effect on the system clock.
    pub fn advance(&self, ms: i64) {
        if let Self::Fixed(at) = self {
            at.fetch_add(ms, Ordering::Relaxed);
        }
    }
}

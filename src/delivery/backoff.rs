//! How long a channel that fails is waited for.

use app::types::Severity;
use app::types::time::{MINUTE, SECOND};

/// Between two attempts, in milliseconds: twice as long each time.
const SHORTEST: i64 = SECOND;
const LONGEST: i64 = 5 * MINUTE;

/// A channel that refuses for good is probed more rarely.
const SHORTEST_PROBE: i64 = 30 * SECOND;
const LONGEST_PROBE: i64 = 30 * MINUTE;

/// How a channel fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// It may pass: a network, a limit, a server in trouble.
    NotNow,
    /// The provider says that there is nothing there.
    Broken,
}

/// The wait after so many failures in a row, the last included; a provider that asks for more gets it.
pub fn backoff(failing: Failing, failures: i64, asked: Option<i64>) -> i64 {
    let (shortest, longest) = match failing {
        Failing::NotNow => (SHORTEST, LONGEST),
        Failing::Broken => (SHORTEST_PROBE, LONGEST_PROBE),
    };
    let doublings = failures.clamp(1, 20) as u32 - 1;
    (shortest << doublings).min(longest).max(asked.unwrap_or(0))
}

/// How long something waits for its own channel before the fallback is told too, in milliseconds.
pub const fn fallback_after(severity: Severity) -> i64 {
    match severity {
        Severity::Critical => 2 * MINUTE,
        _ => 10 * MINUTE,
    }
}

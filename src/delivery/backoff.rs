//! How long to wait before a failing channel is tried again, and before its fallback takes over.

use app::types::Severity;
use app::types::time::{MINUTE, SECOND};

/// Wait between two attempts in milliseconds, doubled after each failure.
const SHORTEST: i64 = SECOND;
const LONGEST: i64 = 5 * MINUTE;

/// The same for a broken channel, which is probed less often.
const SHORTEST_PROBE: i64 = 30 * SECOND;
const LONGEST_PROBE: i64 = 30 * MINUTE;

/// Whether retrying can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// It can: network errors, rate limits, server errors.
    NotNow,
    /// It cannot until the channel is reconfigured: the login was rejected, or the recipient does not exist any more.
    Broken,
}

/// Exponential backoff in milliseconds after `failures` consecutive failures, the last one included. `asked` is the wait
/// that the provider requested (`Retry-After`), used if it is longer.
pub fn backoff(failing: Failing, failures: i64, asked: Option<i64>) -> i64 {
    let (shortest, longest) = match failing {
        Failing::NotNow => (SHORTEST, LONGEST),
        Failing::Broken => (SHORTEST_PROBE, LONGEST_PROBE),
    };
    let doublings = failures.clamp(1, 20) as u32 - 1;
    (shortest << doublings).min(longest).max(asked.unwrap_or(0))
}

/// How long a notification waits for a failing channel before its fallback is notified too, in milliseconds.
pub const fn fallback_after(severity: Severity) -> i64 {
    match severity {
        Severity::Critical => 2 * MINUTE,
        _ => 10 * MINUTE,
    }
}

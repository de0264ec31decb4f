//! Limits the age of a signed request (replay protection).

use super::RejectReason;
use crate::provider::{Recipe, TimestampUnit, parse_stamp};

/// Requires the timestamp to be within the tolerance before or after `now` (Unix milliseconds).
pub fn check(recipe: &Recipe, ts: &str, now: i64) -> Result<(), RejectReason> {
    within(recipe.tolerance, recipe.timestamp_unit, ts, now)
}

/// The same with an explicit tolerance in seconds.
pub fn within(tolerance: i64, unit: TimestampUnit, ts: &str, now: i64) -> Result<(), RejectReason> {
    let at = parse_stamp(unit, ts).ok_or(RejectReason::NoTimestamp)?;
    let age = (now / 1000).saturating_sub(at);
    match age {
        age if age > tolerance => Err(RejectReason::Stale(age)),
        age if age < -tolerance => Err(RejectReason::Early(age.saturating_neg())),
        _ => Ok(()),
    }
}

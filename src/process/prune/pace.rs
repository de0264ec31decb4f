//! Batch sizes of the pruner, and the age at which rows expire.

use std::time::Duration;

use app::types::{Retention, time};

use crate::db::{Batch, Old, Removed};

/// Target time for which a batch holds the write lock.
const TURN: Duration = Duration::from_millis(8);

/// Smallest and largest batch, in rows. The first batch is the smallest.
pub const FEWEST: i64 = 8;
const MOST: i64 = 2_048;

/// Days after its last use when a deduplication key is removed; no provider is expected to deliver later than that.
const KEYS: i64 = 90;

/// The next size after a batch of `rows` that took `took`: as many as fit the target time, growing by at most half. A
/// partial batch says nothing about speed, unless it took too long.
pub fn next(rows: i64, was_full: bool, took: Duration) -> i64 {
    if !was_full && took <= TURN {
        return rows;
    }
    let fit = rows * TURN.as_micros() as i64 / (took.as_micros() as i64).max(1);
    fit.min(rows + rows / 2).clamp(FEWEST, MOST)
}

/// Adapts the batch of a kind. Rows and their dependent rows differ in cost, so each has its own size.
pub fn learn(batch: &mut Batch, removed: Removed, took: Duration) {
    match removed {
        Removed::Rows(rows) => batch.rows = next(batch.rows, rows >= batch.rows, took),
        Removed::Parts(parts) => batch.parts = next(batch.parts, parts >= batch.parts, took),
    }
}

/// The time before which rows are expired, Unix milliseconds; `None` if they are kept indefinitely.
pub fn before(what: Old, days: &Retention, now: i64) -> Option<i64> {
    let days = match what {
        Old::Minutes => days.minutes,
        Old::Activity => days.activity,
        Old::Notifications => days.notifications,
        Old::Keys => KEYS,
        Old::Audit => days.audit,
        Old::Quarantine => days.quarantine,
        Old::Alerts => days.alerts,
        Old::Notices => days.notices,
        Old::Events => days.events,
    };
    let at = now - days * time::DAY;
    // Only whole hours are rolled up.
    (days > 0).then_some(if what == Old::Minutes { at.div_euclid(time::HOUR) * time::HOUR } else { at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_finds_its_size_and_keeps_to_its_turn() {
        for per_row in [1, 5, 36, 200] {
            let (mut rows, mut longest) = (FEWEST, 0);
            for _ in 0..40 {
                let took = rows * per_row;
                longest = longest.max(took);
                rows = next(rows, true, Duration::from_micros(took as u64));
            }
            assert!(longest <= 12_000, "{per_row}: {longest}");
            assert_eq!(rows, (8_000 / per_row).min(2_048));
        }
    }

    #[test]
    fn cheap_parts_make_no_large_batch_of_rows() {
        let mut batch = Batch { rows: FEWEST, parts: FEWEST };
        for _ in 0..40 {
            let removed = Removed::Parts(batch.parts);
            learn(&mut batch, removed, Duration::from_micros(1));
        }
        assert_eq!(batch, Batch { rows: FEWEST, parts: MOST });
    }

    #[test]
    fn what_was_not_full_tells_nothing() {
        assert_eq!(next(64, false, Duration::from_micros(1)), 64);
        assert_eq!(next(64, false, Duration::from_millis(40)), 12);
    }

    #[test]
    fn nothing_is_old_where_days_are_0() {
        let never = Retention { events: 0, ..Retention::default() };
        assert_eq!(before(Old::Events, &never, 1_000 * time::DAY), None);
        let now = 1_000 * time::DAY + 5 * time::MINUTE;
        assert_eq!(before(Old::Minutes, &never, now), Some(910 * time::DAY));
        assert_eq!(before(Old::Alerts, &never, now), Some(now - 365 * time::DAY));
    }
}

//! How many rows the next batch takes, and what is old.

use std::time::Duration;

use app::types::{Retention, time};

use crate::db::{Batch, Old, Removed};

/// How long a batch is to hold the write lock.
const TURN: Duration = Duration::from_millis(8);

/// Fewest and most rows of a batch; the first takes the fewest.
pub const FEWEST: i64 = 8;
const MOST: i64 = 2_048;

/// Days that a key is remembered after it was last seen; a delivery that is later is not expected any more.
const KEYS: i64 = 90;

/// After a batch of `rows`, which took `took`: as many as fit a turn, at most half as many again. A batch that was not full
/// tells nothing, unless it took too long.
pub fn next(rows: i64, was_full: bool, took: Duration) -> i64 {
    if !was_full && took <= TURN {
        return rows;
    }
    let fit = rows * TURN.as_micros() as i64 / (took.as_micros() as i64).max(1);
    fit.min(rows + rows / 2).clamp(FEWEST, MOST)
}

/// After a batch of a kind. Rows and what hangs on them cost differently, so each has a size of its own.
pub fn learn(batch: &mut Batch, removed: Removed, took: Duration) {
    match removed {
        Removed::Rows(rows) => batch.rows = next(batch.rows, rows >= batch.rows, took),
        Removed::Parts(parts) => batch.parts = next(batch.parts, parts >= batch.parts, took),
    }
}

/// The moment before which something is old, Unix milliseconds; None where it is kept for ever.
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
    // Only whole hours are folded.
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

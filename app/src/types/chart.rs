//! The chart of alerts over time: its bars, and what is counted in each.

use super::stats::Hour;
use super::text_enum::text_enum;
use super::time::{DAY, HOUR, MINUTE, local_midnight};

/// Bars of a week: one for every six hours.
const WEEK: usize = 28;

/// Bars of a month: one a day.
const MONTH: usize = 30;

text_enum! {
    /// How far back the chart reaches.
    pub enum ChartSpan {
        /// An hour, in bars of two minutes.
        Hour = "1h",
        /// A day, in hours of UTC.
        Day = "24h",
        /// A week, in quarters of the reader's day.
        Week = "7d",
        /// 30 days of the reader.
        Month = "30d",
    }
}

impl ChartSpan {
    /// Starts of the bars, oldest first; the last one is running. `offset` is that of the reader at a moment, in minutes east of
    /// UTC.
    pub fn starts(self, now: i64, offset: impl Fn(i64) -> i64) -> Vec<i64> {
        match self {
            Self::Hour => even(now, 2 * MINUTE, 30),
            Self::Day => even(now, HOUR, 24),
            Self::Week => {
                let quarters =
                    days(now, WEEK / 4 + 1, &offset).into_iter().flat_map(|day| (0..4).map(move |i| day + i * DAY / 4));
                let begun: Vec<i64> = quarters.filter(|start| *start <= now).collect();
                begun[begun.len() - WEEK..].to_vec()
            }
            Self::Month => days(now, MONTH, &offset),
        }
    }
}

/// Bars of equal length.
fn even(now: i64, length: i64, count: i64) -> Vec<i64> {
    let last = now.div_euclid(length) * length;
    (0..count).rev().map(|back| last - back * length).collect()
}

/// The last local midnights, oldest first. Days are 23 to 25 hours long.
fn days(now: i64, count: usize, offset: &impl Fn(i64) -> i64) -> Vec<i64> {
    let before = |midnight: &i64| Some(local_midnight(midnight - DAY / 2, offset));
    let mut days: Vec<i64> = std::iter::successors(Some(local_midnight(now, offset)), before).take(count).collect();
    days.reverse();
    days
}

/// Sums of `rows` from each start to the next; the last one is open.
pub fn bucketed(rows: &[Hour], starts: &[i64]) -> Vec<Hour> {
    let mut bars: Vec<Hour> = starts.iter().map(|at| Hour { at: *at, ..Hour::default() }).collect();
    for row in rows {
        let place = starts.partition_point(|start| *start <= row.at);
        if let Some(bar) = place.checked_sub(1).and_then(|place| bars.get_mut(place)) {
            bar.add(row);
        }
    }
    bars
}

#[cfg(test)]
mod tests {
    use super::super::time::day;
    use super::*;

    /// Berlin in 2026: an hour east of UTC, two from 29 March 01:00 UTC to 25 October 01:00 UTC.
    fn berlin(at: i64) -> i64 {
        let summer = day("2026-03-29").unwrap() + HOUR..day("2026-10-25").unwrap() + HOUR;
        if summer.contains(&at) { 120 } else { 60 }
    }

    #[test]
    fn every_span_ends_now_and_has_its_bars() {
        let now = day("2026-11-24").unwrap() + 13 * HOUR + 7 * MINUTE;
        for (span, count) in
            [(ChartSpan::Hour, 30), (ChartSpan::Day, 24), (ChartSpan::Week, 28), (ChartSpan::Month, 30)]
        {
            for offset in [0, 60, 330, -210, 345, 840] {
                let starts = span.starts(now, |_| offset);
                assert_eq!(starts.len(), count, "{span} {offset}");
                assert!(starts.is_sorted() && *starts.last().unwrap() <= now, "{span} {offset}");
            }
        }
        let kolkata = ChartSpan::Month.starts(now, |_| 330);
        assert_eq!(*kolkata.last().unwrap(), day("2026-11-24").unwrap() - 330 * MINUTE);
    }

    #[test]
    fn days_follow_the_clock_through_its_changes() {
        let now = day("2026-10-26").unwrap() + 12 * HOUR;
        let days = ChartSpan::Month.starts(now, berlin);
        let lengths: Vec<i64> = days.windows(2).map(|pair| (pair[1] - pair[0]) / HOUR).collect();
        assert_eq!(lengths.iter().filter(|hours| **hours == 25).count(), 1, "{lengths:?}");
        assert_eq!(lengths[28], 25, "Sunday, 25 October");
        let spring = ChartSpan::Month.starts(day("2026-03-30").unwrap() + 12 * HOUR, berlin);
        assert_eq!((spring[29] - spring[28]) / HOUR, 23, "Sunday, 29 March");
    }

    #[test]
    fn every_row_is_counted_once() {
        let row = |at| Hour { at, received: 1, critical: 2, ..Hour::default() };
        let bars = bucketed(&[row(0), row(5), row(10), row(19), row(20), row(99)], &[5, 10, 20]);
        let counts: Vec<_> = bars.iter().map(|bar| (bar.at, bar.received, bar.critical)).collect();
        assert_eq!(counts, [(5, 1, 2), (10, 2, 4), (20, 2, 4)]);
    }
}

//! Formatting of times. All times are Unix milliseconds UTC.

use time::OffsetDateTime;

/// One second in milliseconds.
pub const SECOND: i64 = 1_000;
/// One minute in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// One hour in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// A quarter of an hour, in milliseconds. Offsets of time zones are multiples of it.
pub const QUARTER: i64 = 15 * MINUTE;
/// One day in milliseconds.
pub const DAY: i64 = 24 * HOUR;

/// Time since `at`: `just now`, `3 min ago`, `2 h ago`, `5 d ago`.
pub fn ago(at: i64, now: i64) -> String {
    match now - at {
        ..10_000 => "just now".to_owned(),
        passed => format!("{} ago", span(passed)),
    }
}

/// A duration in milliseconds, in its largest unit: `40 s`, `3 min`, `2 h`, `5 d`.
pub fn span(ms: i64) -> String {
    let (size, unit) =
        [(DAY, "d"), (HOUR, "h"), (MINUTE, "min")].into_iter().find(|(size, _)| ms >= *size).unwrap_or((1000, "s"));
    format!("{} {unit}", ms.max(0) / size)
}

/// `2026-11-23T17:29:54Z`, for the `datetime` attribute.
pub fn iso(at: i64) -> String {
    let t = moment(at);
    let (y, mo, d) = (t.year(), u8::from(t.month()), t.day());
    format!("{y:04}-{mo:02}-{d:02}T{}Z", clock(at))
}

/// `2026-11-23 17:29:54 UTC`, for a tooltip.
pub fn exact(at: i64) -> String {
    let iso = iso(at);
    format!("{} {} UTC", &iso[..10], &iso[11..19])
}

/// `17:29:54`, in UTC.
pub fn clock(at: i64) -> String {
    let t = moment(at);
    format!("{:02}:{:02}:{:02}", t.hour(), t.minute(), t.second())
}

/// `17:29:54.118`, in UTC.
pub fn clock_ms(at: i64) -> String {
    format!("{}.{:03}", clock(at), at.rem_euclid(1000))
}

/// The time of day, `18:29:54`, `offset` minutes east of UTC; with the date, `23 Nov 18:29`, if it is not the day of
/// `now`, and with the year, `23 Nov 2025 18:29`, if that is another.
pub fn moment_at(at: i64, now: i64, offset: i64) -> String {
    let (t, today) = (moment(at + offset * MINUTE), moment(now + offset * MINUTE));
    if t.date() == today.date() {
        return clock(at + offset * MINUTE);
    }
    let month = &t.month().to_string()[..3];
    let year = if t.year() == today.year() { String::new() } else { format!(" {}", t.year()) };
    format!("{} {month}{year} {:02}:{:02}", t.day(), t.hour(), t.minute())
}

/// `2026-11-23 18:29:54`, `offset` minutes east of UTC.
pub fn exact_at(at: i64, offset: i64) -> String {
    exact(at + offset * MINUTE).trim_end_matches(" UTC").to_owned()
}

/// `18:00`, `offset` minutes east of UTC.
pub fn hour_at(at: i64, offset: i64) -> String {
    clock(at + offset * MINUTE)[..5].to_owned()
}

/// `24 Nov`, `offset` minutes east of UTC.
pub fn date_at(at: i64, offset: i64) -> String {
    let t = moment(at + offset * MINUTE);
    format!("{} {}", t.day(), &t.month().to_string()[..3])
}

/// That hour of the next day, `offset` minutes east of UTC, where clocks do not change in between.
pub fn tomorrow_at(now: i64, offset: i64, hour: i64) -> i64 {
    let local = now + offset * MINUTE;
    local - local.rem_euclid(DAY) + DAY + hour * HOUR - offset * MINUTE
}

/// Midnight UTC of a date such as `2026-11-24`; `None` if it is malformed.
pub fn day(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-').map(|part| part.parse::<u16>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let month = time::Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = time::Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()?;
    Some(date.midnight().assume_utc().unix_timestamp() * 1000)
}

/// A duration in milliseconds, with a precision that suits its size: `19 ms`, `1.02 s`, `3 min`.
pub fn took(ms: i64) -> String {
    match ms {
        ..1_000 => format!("{} ms", ms.max(0)),
        1_000..60_000 => format!("{}.{:02} s", ms / 1_000, ms % 1_000 / 10),
        ms => span(ms),
    }
}

/// Start of the local day that contains `now`, `offset` minutes east of UTC.
pub fn day_start(now: i64, offset: i64) -> i64 {
    let shift = offset * MINUTE;
    (now + shift).div_euclid(DAY) * DAY - shift
}

/// Start of the local day that contains `now`, where the clocks may have changed since. `offset` is that at a moment, in minutes
/// east of UTC.
pub fn local_midnight(now: i64, offset: impl Fn(i64) -> i64) -> i64 {
    let at_first = day_start(now, offset(now));
    at_first + (offset(now) - offset(at_first)) * MINUTE
}

fn moment(at: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tomorrow_is_that_of_the_reader() {
        let evening = day("2026-11-24").unwrap() + 20 * HOUR;
        let morning = day("2026-11-25").unwrap() + 9 * HOUR;
        assert_eq!(tomorrow_at(evening, 0, 9), morning);
        // In Kolkata it is half past one on the next day already.
        assert_eq!(tomorrow_at(evening, 330, 9), morning + DAY - 330 * MINUTE);
        assert_eq!(tomorrow_at(evening, -210, 9), morning + 210 * MINUTE);
    }

    #[test]
    fn days_and_lengths_are_read_and_written() {
        assert_eq!(day("1970-01-02"), Some(DAY));
        assert_eq!([day("2026-13-01"), day("soon"), day("")], [None; 3]);
        assert_eq!([took(19), took(1_020), took(180_000)], ["19 ms", "1.02 s", "3 min"]);
        assert_eq!(clock_ms(3_723_007), "01:02:03.007");
    }

    #[test]
    fn ages_use_the_largest_unit() {
        assert_eq!(ago(0, 9_999), "just now");
        assert_eq!(ago(0, 59_000), "59 s ago");
        assert_eq!(ago(0, 3 * MINUTE), "3 min ago");
        assert_eq!(ago(0, 50 * HOUR), "2 d ago");
        assert_eq!(ago(10_000, 0), "just now", "a clock that runs behind is no reason to show the future");
    }

    #[test]
    fn moments_are_written_in_a_zone_with_the_date_if_it_is_not_today() {
        // 23 November 2026, 23:59:30 UTC.
        let at = 1_795_478_370_000;
        assert_eq!(moment_at(at, at, 0), "23:59:30");
        assert_eq!(moment_at(at, at + HOUR, 0), "23 Nov 23:59", "yesterday in UTC");
        assert_eq!(moment_at(at, at + HOUR, 330), "05:29:30", "the same day in Kolkata");
        assert_eq!(moment_at(at, at + HOUR, -210), "20:29:30", "St John's");
        assert_eq!(moment_at(at, at + 60 * DAY, 0), "23 Nov 2026 23:59");
        assert_eq!((exact_at(at, 330), hour_at(at, -210)), ("2026-11-24 05:29:30".to_owned(), "20:29".to_owned()));
    }

    #[test]
    fn moments_are_written_in_utc() {
        assert_eq!(iso(1_700_000_000_123), "2023-11-14T22:13:20Z");
        assert_eq!(exact(1_700_000_000_123), "2023-11-14 22:13:20 UTC");
        assert_eq!(iso(i64::MAX), "1970-01-01T00:00:00Z", "nonsense stays harmless");
    }

    #[test]
    fn a_day_starts_at_the_askers_midnight() {
        let noon = 12 * HOUR;
        assert_eq!(day_start(noon, 0), 0);
        assert_eq!(day_start(noon, 13 * 60), 11 * HOUR, "already tomorrow in Auckland");
        assert_eq!(day_start(2 * HOUR, -5 * 60), -19 * HOUR, "still yesterday in New York");
    }
}

//! Time range of a list, as encoded in its URL: a quick range up to now, or two times in UTC.

use leptos_router::params::ParamsMap;

use super::Address;
use crate::types::time;

/// Quick ranges: value in the URL, label, duration in milliseconds.
pub const SPANS: [(&str, &str, i64); 5] = [
    ("1h", "Last hour", time::HOUR),
    ("6h", "Last 6 h", 6 * time::HOUR),
    ("24h", "Last 24 h", time::DAY),
    ("7d", "Last 7 days", 7 * time::DAY),
    ("30d", "Last 30 days", 30 * time::DAY),
];

/// Value of the choice that leaves `from` and `to` to the reader.
pub const CUSTOM: &str = "custom";

/// Time range as in the URL; everything empty for any time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Range {
    /// A quick range of [`SPANS`]; empty for none.
    pub since: String,
    /// Start, inclusive, such as `2026-11-24T08:00Z`; empty for none.
    pub from: String,
    /// End, exclusive, in the same form.
    pub to: String,
}

impl Range {
    /// Parses the URL; invalid values are ignored. A day is one from its beginning to its end. A quick range, also an empty one, wins over times.
    pub fn read(params: &ParamsMap) -> Self {
        let since = params.get("since").unwrap_or_else(|| CUSTOM.to_owned());
        if since != CUSTOM {
            let is_known = SPANS.iter().any(|(word, ..)| *word == since);
            return Self { since: if is_known { since } else { String::new() }, ..Self::default() };
        }
        let known = |key, read: fn(&str) -> Option<i64>| params.get(key).and_then(|text| read(&text)).map(write);
        let (from, to) = (known("from", parse), known("to", end));
        Self { since: String::new(), from: from.unwrap_or_default(), to: to.unwrap_or_default() }
    }

    /// From one moment to another, in Unix milliseconds, to the minute; `None` for no end.
    pub fn until(from: i64, to: Option<i64>) -> Self {
        Self { since: String::new(), from: write(from), to: to.map(write).unwrap_or_default() }
    }

    /// Start (inclusive) and end (exclusive) in Unix milliseconds; quick ranges end at `now` and have no end.
    pub fn bounds(&self, now: i64) -> (Option<i64>, Option<i64>) {
        match SPANS.iter().find(|(word, ..)| *word == self.since) {
            Some((.., span)) => (Some(now - span), None),
            None => (parse(&self.from), parse(&self.to)),
        }
    }

    /// The same as times: a quick range as its start, any time as the last day.
    pub fn into_times(self, now: i64) -> Self {
        match self.bounds(now) {
            _ if self.is_custom() => self,
            (Some(from), _) => Self::until(from, None),
            (None, _) => Self::until(now - time::DAY, None),
        }
    }

    /// Whether it does not restrict anything.
    pub fn is_any(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a time is given rather than a quick range.
    pub fn is_custom(&self) -> bool {
        !self.from.is_empty() || !self.to.is_empty()
    }

    /// Adds the parameters to a URL.
    pub fn add_to(&self, address: Address) -> Address {
        let some = |text: &str| Some(text.to_owned());
        address.with("since", some(&self.since)).with("from", some(&self.from)).with("to", some(&self.to))
    }
}

/// `2026-11-24T08:00Z`.
pub fn write(at: i64) -> String {
    format!("{}Z", &time::iso(at)[..16])
}

/// A day or a minute, in UTC, as Unix milliseconds; `None` if it is malformed.
pub fn parse(text: &str) -> Option<i64> {
    let Some((day, clock)) = text.split_once('T') else { return time::day(text) };
    let mut parts = clock.trim_end_matches('Z').split(':').map(|part| part.parse::<i64>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let fits = (0..24).contains(&hour) && (0..60).contains(&minute);
    fits.then_some(time::day(day)? + hour * time::HOUR + minute * time::MINUTE)
}

/// The end of a day, or the minute itself.
fn end(text: &str) -> Option<i64> {
    parse(text).map(|at| if text.contains('T') { at } else { at + time::DAY })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &[(&str, &str)]) -> Range {
        let mut params = ParamsMap::new();
        query.iter().for_each(|(key, value)| params.insert(key.to_string(), value.to_string()));
        Range::read(&params)
    }

    #[test]
    fn a_quick_range_wins_over_times() {
        let times = [("from", "2026-11-24"), ("to", "2026-11-24T08:30Z")];
        assert!(read(&times).is_custom());
        let with = |since| read(&[("since", since), times[0], times[1]]);
        assert_eq!(with("24h").bounds(time::DAY), (Some(0), None));
        assert_eq!(with("custom"), read(&times));
        assert!(with("").is_any() && with("nonsense").is_any());
        assert_eq!(with("1h").into_times(time::DAY), Range::until(time::DAY - time::HOUR, None));
        assert_eq!(with("").into_times(time::DAY), Range::until(0, None));
        assert_eq!(read(&times).into_times(time::DAY), read(&times));
    }

    #[test]
    fn a_day_ends_at_its_end_and_a_minute_where_it_begins() {
        let day = time::day("2026-11-24").unwrap();
        assert_eq!(read(&[("from", "2026-11-24"), ("to", "2026-11-24")]).bounds(0), (Some(day), Some(day + time::DAY)));
        let minute = day + 8 * time::HOUR + 30 * time::MINUTE;
        assert_eq!(read(&[("to", "2026-11-24T08:30")]).bounds(0), (None, Some(minute)));
        assert_eq!(Range::until(day, Some(minute)).bounds(0), (Some(day), Some(minute)));
        for bad in ["", "2026-13-01", "2026-11-24T25:00Z", "2026-11-24T08", "T08:00", "x"] {
            assert!(read(&[("from", bad)]).is_any(), "{bad}");
        }
    }
}

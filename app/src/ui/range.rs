//! Time range of a list, as encoded in its URL: a quick range up to now, or two times in UTC.

use leptos_router::params::ParamsMap;

use super::Address;
use crate::types::time;

/// A quick range.
#[derive(Debug, PartialEq, Eq)]
pub struct Span {
    /// Value in the URL.
    pub word: &'static str,
    pub label: &'static str,
    /// In milliseconds.
    pub length: i64,
}

pub const SPANS: [Span; 5] = [
    Span { word: "1h", label: "Last hour", length: time::HOUR },
    Span { word: "6h", label: "Last 6 h", length: 6 * time::HOUR },
    Span { word: "24h", label: "Last 24 h", length: time::DAY },
    Span { word: "7d", label: "Last 7 days", length: 7 * time::DAY },
    Span { word: "30d", label: "Last 30 days", length: 30 * time::DAY },
];

/// The `since` value of a range whose times are in `from` and `to`.
pub const CUSTOM: &str = "custom";

/// Time range of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Range {
    #[default]
    Any,
    /// Up to now.
    Last(&'static Span),
    /// From (inclusive) and to (exclusive), in Unix milliseconds; `None` while not given.
    Between(Option<i64>, Option<i64>),
}

impl Range {
    /// Parses the URL: a quick range in `since`, else `from` and `to`. Invalid values are ignored.
    pub fn read(params: &ParamsMap) -> Self {
        let time = |key, read: fn(&str) -> Option<i64>| params.get(key).and_then(|text| read(&text));
        let between = || Self::Between(time("from", parse), time("to", end));
        match params.get("since").as_deref() {
            None if between() == Self::Between(None, None) => Self::Any,
            None | Some(CUSTOM) => between(),
            Some(word) => SPANS.iter().find(|span| span.word == word).map_or(Self::Any, Self::Last),
        }
    }

    /// Start (inclusive) and end (exclusive) in Unix milliseconds.
    pub const fn bounds(&self, now: i64) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Any => (None, None),
            Self::Last(span) => (Some(now - span.length), None),
            Self::Between(from, to) => (*from, *to),
        }
    }

    /// Whether it does not restrict anything.
    pub const fn is_any(&self) -> bool {
        matches!(self, Self::Any | Self::Between(None, None))
    }

    /// The same range, with `Any` for one whose times are not given yet.
    pub fn effective(&self) -> Self {
        if self.is_any() { Self::Any } else { self.clone() }
    }

    /// The `since` value of this range.
    pub const fn choice(&self) -> &'static str {
        match self {
            Self::Any => "",
            Self::Last(span) => span.word,
            Self::Between(..) => CUSTOM,
        }
    }

    /// Adds the parameters to a URL.
    pub fn add_to(&self, address: Address) -> Address {
        match self {
            Self::Between(from, to) if !self.is_any() => {
                address.with("from", from.map(write)).with("to", to.map(write))
            }
            _ => address.with("since", Some(self.choice().to_owned())),
        }
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
        let with = |since| read(&[("since", since), times[0], times[1]]);
        assert_eq!(with("24h").bounds(time::DAY), (Some(0), None));
        assert_eq!(with("custom"), read(&times));
        assert_eq!([with(""), with("nonsense"), read(&[])], [Range::Any, Range::Any, Range::Any]);
        let chosen = read(&[("since", "custom"), ("from", "")]);
        assert_eq!((chosen.choice(), chosen.is_any()), (CUSTOM, true), "the fields are shown, and nothing is filtered");
    }

    #[test]
    fn a_day_ends_at_its_end_and_a_minute_where_it_begins() {
        let day = time::day("2026-11-24").unwrap();
        let minute = day + 8 * time::HOUR + 30 * time::MINUTE;
        assert_eq!(
            read(&[("from", "2026-11-24"), ("to", "2026-11-24")]),
            Range::Between(Some(day), Some(day + time::DAY))
        );
        assert_eq!(read(&[("to", "2026-11-24T08:30")]), Range::Between(None, Some(minute)));
        for bad in ["", "2026-13-01", "2026-11-24T25:00Z", "2026-11-24T08", "T08:00", "x"] {
            assert!(read(&[("from", bad)]).is_any(), "{bad}");
        }
    }

    #[test]
    fn the_address_reads_back() {
        let minute = time::DAY + time::MINUTE;
        let times = Range::Between(Some(minute), Some(2 * minute));
        for range in
            [Range::Any, Range::Last(&SPANS[2]), Range::Between(None, None), Range::Between(None, Some(minute)), times]
        {
            let href = range.add_to(Address::new("/")).href();
            let mut params = ParamsMap::new();
            for (key, value) in href.trim_start_matches("/?").split('&').filter_map(|pair| pair.split_once('=')) {
                params.insert(key.to_owned(), value.replace("%3A", ":"));
            }
            assert_eq!(Range::read(&params), range, "{href}");
        }
    }
}

//! Timestamps as providers write them.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::recipe::TimestampUnit;

/// Unix seconds of a timestamp, or None if it is none.
pub fn parse_stamp(unit: TimestampUnit, text: &str) -> Option<i64> {
    match unit {
        TimestampUnit::Seconds => text.parse().ok(),
        TimestampUnit::Milliseconds => text.parse::<i64>().ok().map(|at| at.div_euclid(1000)),
        TimestampUnit::Iso => Some(OffsetDateTime::parse(text, &Rfc3339).ok()?.unix_timestamp()),
    }
}

/// A moment in Unix milliseconds as the provider would write it.
pub fn write_stamp(unit: TimestampUnit, at: i64) -> String {
    match unit {
        TimestampUnit::Seconds => at.div_euclid(1000).to_string(),
        TimestampUnit::Milliseconds => at.to_string(),
        TimestampUnit::Iso => app::types::time::iso(at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_read_as_it_is_written() {
        for unit in [TimestampUnit::Seconds, TimestampUnit::Milliseconds, TimestampUnit::Iso] {
            assert_eq!(parse_stamp(unit, &write_stamp(unit, 1_700_000_000_000)), Some(1_700_000_000), "{unit:?}");
            assert_eq!(parse_stamp(unit, "soon"), None);
        }
        assert_eq!(parse_stamp(TimestampUnit::Iso, "2021-03-25T06:09:27+01:00"), Some(1_616_648_967));
    }
}

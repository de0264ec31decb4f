//! Parses and formats the timestamps that providers use.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::recipe::TimestampUnit;

/// Numbers from here on are milliseconds: as seconds this would be the year 5138.
const MILLISECONDS_FROM: u64 = 100_000_000_000;

/// Parses a timestamp to Unix seconds; `None` if it is malformed.
pub fn parse_stamp(unit: TimestampUnit, text: &str) -> Option<i64> {
    match unit {
        TimestampUnit::Seconds => text.parse().ok(),
        TimestampUnit::Milliseconds => text.parse::<i64>().ok().map(|at| at.div_euclid(1000)),
        TimestampUnit::Iso => Some(OffsetDateTime::parse(text, &Rfc3339).ok()?.unix_timestamp()),
    }
}

/// Parses a timestamp in any format that payloads use to Unix milliseconds; `None` if it is malformed.
pub fn read_stamp(text: &str) -> Option<i64> {
    let text = text.trim();
    let at = match text.parse::<i64>() {
        Ok(number) if number.unsigned_abs() < MILLISECONDS_FROM => number.checked_mul(1000),
        Ok(number) => Some(number),
        Err(_) => written(text),
    };
    // Go's zero time, in the year 1, means that there is no timestamp.
    at.filter(|at| *at > 0)
}

/// RFC 3339, or the variants of GitLab (`2016-08-12 15:26:29 UTC`) and CloudWatch (`2016-08-12T15:26:29.000+0000`).
fn written(text: &str) -> Option<i64> {
    let iso = match text.strip_suffix(" UTC") {
        Some(text) => format!("{}Z", text.replacen(' ', "T", 1)),
        None => with_colon(text).unwrap_or_else(|| text.to_owned()),
    };
    let at = OffsetDateTime::parse(&iso, &Rfc3339).ok()?;
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).ok()
}

/// Inserts the colon that RFC 3339 requires into an offset such as `+0000`.
fn with_colon(text: &str) -> Option<String> {
    let (start, offset) = text.split_at_checked(text.len().checked_sub(5)?)?;
    let is_offset = offset.starts_with(['+', '-']) && offset.bytes().skip(1).all(|byte| byte.is_ascii_digit());
    is_offset.then(|| format!("{start}{}:{}", &offset[..3], &offset[3..]))
}

/// Formats a time in Unix milliseconds as the provider would.
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
        for text in [
            "1471015589",
            "1471015589000",
            "2016-08-12T15:26:29Z",
            "2016-08-12 15:26:29 UTC",
            "2016-08-12T17:26:29.000+0200",
        ] {
            assert_eq!(read_stamp(text), Some(1_471_015_589_000), "{text}");
        }
        assert_eq!([read_stamp(""), read_stamp("soon"), read_stamp("0001-01-01T00:00:00Z")], [None; 3]);
        assert_eq!(parse_stamp(TimestampUnit::Iso, "2021-03-25T06:09:27+01:00"), Some(1_616_648_967));
    }
}

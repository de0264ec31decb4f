//! The footer of a message: times, and why it is late.

use app::types::NotificationKind;
use app::types::time::MINUTE;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Item;
use crate::channels::LoadedChannel;

/// When the alert fired and was resolved, how long and why the message was held, and whether it may be a repeat. `zone` is an
/// IANA name; `None` for UTC.
pub fn note(item: &Item, zone: Option<&str>) -> String {
    let at = |at: i64| moment(at, zone);
    let is_end = item.is_over || item.row.kind == NotificationKind::Resolved;
    let ended = item.text.ended_at.filter(|_| is_end).map(|ended| format!("resolved {}", at(ended)));
    let held = match (&item.row.reason, item.row.held_until) {
        (Some(reason), Some(until)) => Some(format!("held {} to {}: {reason}", at(item.row.created_at), at(until))),
        _ => None,
    };
    let repeat = item.row.may_be_a_repeat().then(|| "(may be a repeat)".to_owned());
    let fired = Some(format!("fired {}", at(item.text.opened_at)));
    [fired, ended, held, repeat].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A duration as hours and minutes.
pub fn span(milliseconds: i64) -> String {
    match milliseconds / MINUTE {
        minutes @ 0..60 => format!("{minutes} min"),
        minutes => format!("{} h {} min", minutes / 60, minutes % 60),
    }
}

/// The `timezone` setting of the channel, an IANA name.
pub fn zone(channel: &LoadedChannel) -> Option<&str> {
    channel.setting("timezone")
}

/// A time (Unix milliseconds) in a zone; in UTC if the zone is `None` or unknown. Empty if it is out of range.
fn moment(at: i64, zone: Option<&str>) -> String {
    let zone = zone.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
    let Ok(at) = Timestamp::from_millisecond(at) else { return String::new() };
    at.to_zoned_datetime(zone).strftime("%Y-%m-%d %H:%M %Z").to_string()
}

/// Whether this is a known IANA time zone.
pub fn is_zone(name: &str) -> bool {
    TimeZone::get(name).is_ok()
}

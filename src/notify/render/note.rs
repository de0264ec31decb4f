//! When something was, and why it comes late.

use app::types::NotificationKind;
use app::types::time::MINUTE;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Item;
use crate::channels::LoadedChannel;

/// When it fired, when it was over, why it comes late, and whether it may have come before.
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

/// Hours and minutes.
pub fn span(milliseconds: i64) -> String {
    match milliseconds / MINUTE {
        minutes @ 0..60 => format!("{minutes} min"),
        minutes => format!("{} h {} min", minutes / 60, minutes % 60),
    }
}

/// The zone that a channel's readers live in, by its IANA name.
pub fn zone(channel: &LoadedChannel) -> Option<&str> {
    channel.setting("timezone")
}

/// A moment as a reader in a zone writes it; UTC where none is said.
fn moment(at: i64, zone: Option<&str>) -> String {
    let zone = zone.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
    let Ok(at) = Timestamp::from_millisecond(at) else { return String::new() };
    at.to_zoned_datetime(zone).strftime("%Y-%m-%d %H:%M %Z").to_string()
}

/// Whether there is such a zone.
pub fn is_zone(name: &str) -> bool {
    TimeZone::get(name).is_ok()
}

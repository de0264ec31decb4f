//! What a channel says next: one alert, a digest of several, or nothing yet.

use app::types::{NotificationKind, Severity};

use crate::db::Due;

/// What waits longer than this, in milliseconds, is folded into one message.
const FOLD_AFTER: i64 = 60_000;

/// Criticals that go on their own in a minute; further ones share a message.
const CRITICALS: usize = 3;

/// Messages of a minute that are kept for criticals.
pub const RESERVE: u32 = 5;

/// What to send next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// The notification at this place.
    One { at: usize, reserve: u32 },
    /// Those at these places, in one message.
    Digest { at: Vec<usize>, reserve: u32 },
}

/// `due` has the worst first and is not empty; `criticals` is how many went on their own in the last minute.
pub fn plan(due: &[Due], criticals: usize, now: i64) -> Plan {
    let is_critical = |due: &Due| due.severity == Severity::Critical && due.kind != NotificationKind::Resolved;
    let places = |wanted: bool| (0..due.len()).filter(|at| is_critical(&due[*at]) == wanted).collect::<Vec<_>>();
    let (critical, others) = (places(true), places(false));
    match critical.as_slice() {
        [] => {}
        [first] => return Plan::One { at: *first, reserve: 0 },
        [first, ..] if criticals < CRITICALS => return Plan::One { at: *first, reserve: 0 },
        _ => return Plan::Digest { at: critical, reserve: 0 },
    }
    let oldest = others.iter().copied().min_by_key(|at| due[*at].created_at).unwrap_or(0);
    if others.len() > 1 && now - due[oldest].created_at >= FOLD_AFTER {
        return Plan::Digest { at: others, reserve: RESERVE };
    }
    Plan::One { at: oldest, reserve: RESERVE }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::golden;

    fn due(id: i64, severity: Severity, created_at: i64) -> Due {
        Due { created_at, ..golden::due(id, severity) }
    }

    #[test]
    fn criticals_go_first_and_alone_while_they_are_few() {
        let waiting = [due(3, Severity::Critical, 50), due(4, Severity::Critical, 60), due(1, Severity::Error, 10)];
        assert_eq!(plan(&waiting, 0, 100), Plan::One { at: 0, reserve: 0 });
        assert_eq!(plan(&waiting, 3, 100), Plan::Digest { at: vec![0, 1], reserve: 0 });
        assert_eq!(plan(&waiting[..1], 9, 100), Plan::One { at: 0, reserve: 0 });
    }

    #[test]
    fn what_waits_for_a_minute_is_folded() {
        let waiting = [due(1, Severity::Error, 5_000), due(2, Severity::Warning, 0), due(3, Severity::Warning, 70_000)];
        assert_eq!(plan(&waiting, 0, 59_999), Plan::One { at: 1, reserve: RESERVE });
        assert_eq!(plan(&waiting, 0, 60_000), Plan::Digest { at: vec![0, 1, 2], reserve: RESERVE });
        assert_eq!(plan(&waiting[1..2], 0, 90_000), Plan::One { at: 0, reserve: RESERVE });
    }
}

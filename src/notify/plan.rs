//! Chooses the next message of a channel: a single alert, or a digest of several.

use app::types::{NotificationKind, Severity};

use crate::db::DueNotification;

/// Notifications that waited for this long, in milliseconds, are batched into a digest.
pub const FOLD_AFTER: i64 = 60_000;

/// Critical alerts sent individually per minute; further ones share a digest.
const CRITICALS: usize = 3;

/// Messages per minute reserved for critical alerts.
pub const RESERVE: u32 = 5;

/// The next message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Indexes of the rows to send: one, or several for a digest.
    pub at: Vec<usize>,
    /// Messages per minute to keep free: [`RESERVE`], or 0 for a message with critical alerts.
    pub reserve: u32,
}

/// `waiting` must not be empty, and has the most severe first; `criticals` is the number sent individually in the last
/// minute; `now` is in Unix milliseconds.
pub fn plan(waiting: &[DueNotification], criticals: usize, now: i64) -> Plan {
    let is_old = |at: usize| now - waiting[at].due_at >= FOLD_AFTER;
    let is_critical =
        |at: usize| waiting[at].severity == Severity::Critical && waiting[at].kind != NotificationKind::Resolved;
    let (critical, others): (Vec<usize>, Vec<usize>) = (0..waiting.len()).partition(|at| is_critical(*at));
    match critical.as_slice() {
        [] => {}
        // After an outage: one digest of everything that waited.
        [first, ..] if is_old(*first) && waiting.len() > 1 => {
            return Plan { at: (0..waiting.len()).filter(|at| is_old(*at)).collect(), reserve: 0 };
        }
        [first] => return Plan { at: vec![*first], reserve: 0 },
        [first, ..] if criticals < CRITICALS => return Plan { at: vec![*first], reserve: 0 },
        _ => return Plan { at: critical, reserve: 0 },
    }
    let oldest = others.iter().copied().min_by_key(|at| waiting[*at].due_at).unwrap_or(0);
    if others.len() > 1 && is_old(oldest) {
        return Plan { at: others, reserve: RESERVE };
    }
    Plan { at: vec![oldest], reserve: RESERVE }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(id: i64, severity: Severity, due_at: i64) -> DueNotification {
        DueNotification { id, kind: NotificationKind::Opened, severity, due_at }
    }

    fn one(at: usize, reserve: u32) -> Plan {
        Plan { at: vec![at], reserve }
    }

    #[test]
    fn criticals_go_first_and_alone_while_they_are_few() {
        let all =
            [waiting(3, Severity::Critical, 50), waiting(4, Severity::Critical, 60), waiting(1, Severity::Error, 10)];
        assert_eq!(plan(&all, 0, 100), one(0, 0));
        assert_eq!(plan(&all, 3, 100), Plan { at: vec![0, 1], reserve: 0 });
        assert_eq!(plan(&all[..1], 9, 100), one(0, 0));
    }

    #[test]
    fn what_waits_for_a_minute_is_folded() {
        let all = [
            waiting(1, Severity::Error, 5_000),
            waiting(2, Severity::Warning, 0),
            waiting(3, Severity::Warning, 70_000),
        ];
        assert_eq!(plan(&all, 0, 59_999), one(1, RESERVE));
        assert_eq!(plan(&all, 0, 60_000), Plan { at: vec![0, 1, 2], reserve: RESERVE });
        assert_eq!(plan(&all[1..2], 0, 90_000), one(0, RESERVE));
    }

    #[test]
    fn what_waited_out_an_outage_is_one_message_with_its_criticals() {
        let all = [
            waiting(1, Severity::Critical, 0),
            waiting(2, Severity::Critical, 0),
            waiting(3, Severity::Warning, 0),
            waiting(4, Severity::Warning, 100_000),
        ];
        assert_eq!(plan(&all, 0, 100_000), Plan { at: vec![0, 1, 2], reserve: 0 });
        assert_eq!(plan(&all[..1], 0, 100_000), one(0, 0));
    }
}

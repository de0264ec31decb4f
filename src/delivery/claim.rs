//! When a sender takes a row: whether it may still go.

use app::types::{AlertState, NotificationKind, Severity};

use super::{
    ACKNOWLEDGED, ALERT_MUTED, CHANNEL_MUTED, Decision, FIRED_AGAIN, NOT_TOLD, Now, RESOLVED, RESOLVED_WHILE_HELD,
    TOLD_ALREADY, Told, Wishes, muted,
};

/// What becomes of a row of this kind. `was_held`: it waited for the end of a hold, and not merely for its channel.
pub fn claim(
    kind: NotificationKind,
    wishes: &Wishes,
    alert: Now,
    told: Option<Told>,
    was_held: bool,
    now: i64,
) -> Decision {
    if let Some(until) = muted(wishes.muted_until, now) {
        return Decision::Hold { until, reason: CHANNEL_MUTED };
    }
    match (kind, alert.state) {
        (NotificationKind::Resolved, state) => end(state, told),
        (_, AlertState::Open) => alarm(kind, alert, told, now),
        (_, AlertState::Acknowledged) => acknowledged(alert, told),
        (_, AlertState::Resolved) => over(wishes, alert, told, was_held),
    }
}

/// Never "resolved" before "fired", nor while it fires.
fn end(state: AlertState, told: Option<Told>) -> Decision {
    match told {
        _ if state != AlertState::Resolved => Decision::Cancel(FIRED_AGAIN),
        Some(told) if !told.is_end => Decision::Send { is_over: false },
        Some(_) => Decision::Cancel(TOLD_ALREADY),
        None => Decision::Cancel(NOT_TOLD),
    }
}

fn alarm(kind: NotificationKind, alert: Now, told: Option<Told>, now: i64) -> Decision {
    if let Some(until) = muted(alert.muted_until, now) {
        return Decision::Hold { until, reason: ALERT_MUTED };
    }
    let is_told = told.is_some_and(|told| {
        let is_end_news = told.is_end && kind == NotificationKind::Opened;
        !is_end_news && !told.is_stale(alert.severity, now)
    });
    if is_told { Decision::Cancel(TOLD_ALREADY) } else { Decision::Send { is_over: false } }
}

/// Somebody has it in hand; that it got worse since they were told is news nevertheless.
fn acknowledged(alert: Now, told: Option<Told>) -> Decision {
    match told {
        Some(told) if alert.severity > told.severity => Decision::Send { is_over: false },
        _ => Decision::Cancel(ACKNOWLEDGED),
    }
}

/// A first telling that merely waited for its channel still goes out, as one message with both times: of error and critical
/// always, below where the channel wants ends.
fn over(wishes: &Wishes, alert: Now, told: Option<Told>, was_held: bool) -> Decision {
    match told {
        _ if was_held => Decision::Cancel(RESOLVED_WHILE_HELD),
        Some(told) if !told.is_end => Decision::Cancel(RESOLVED),
        _ if alert.severity >= Severity::Error || wishes.ends => Decision::Send { is_over: true },
        _ => Decision::Cancel(RESOLVED),
    }
}

//! When a sender takes a row: whether it may still go.

use app::types::{AlertState, NotificationKind, Severity};

use super::{
    ACKNOWLEDGED, ALERT_MUTED, CHANNEL_MUTED, Decision, FIRED_AGAIN, LastSent, NOT_TOLD, Now, RESOLVED,
    RESOLVED_WHILE_HELD, Row, TOLD_ALREADY, Wishes, muted,
};

/// What becomes of a row.
pub fn claim(row: Row, wishes: &Wishes, alert: Now, told: Option<LastSent>, now: i64) -> Decision {
    if let Some(until) = muted(wishes.muted_until, now) {
        return Decision::Hold { until, reason: CHANNEL_MUTED };
    }
    match (row.kind, alert.state) {
        (NotificationKind::Resolved, state) => end(state, told),
        (_, AlertState::Open) => alarm(row, alert, told, now),
        (_, AlertState::Acknowledged) => acknowledged(alert, told),
        (_, AlertState::Resolved) => over(row, wishes, alert, told),
    }
}

/// Never "resolved" before "fired", nor while it fires.
fn end(state: AlertState, told: Option<LastSent>) -> Decision {
    match told {
        _ if state != AlertState::Resolved => Decision::Cancel(FIRED_AGAIN),
        Some(told) if !told.is_end => Decision::Send { is_over: false },
        Some(_) => Decision::Cancel(TOLD_ALREADY),
        None => Decision::Cancel(NOT_TOLD),
    }
}

/// After an end that was said its beginning is news; so is a rise that was queued before that end and waits still.
fn alarm(row: Row, alert: Now, told: Option<LastSent>, now: i64) -> Decision {
    if let Some(until) = muted(alert.muted_until, now) {
        return Decision::Hold { until, reason: ALERT_MUTED };
    }
    let is_told = told.is_some_and(|told| {
        let is_news = row.kind == NotificationKind::Opened || row.created_at <= told.said_at;
        let is_end_news = told.is_end && is_news;
        !is_end_news && !told.is_stale(alert.severity, now)
    });
    if is_told { Decision::Cancel(TOLD_ALREADY) } else { Decision::Send { is_over: false } }
}

/// Somebody has it in hand; that it got worse since they were told is news nevertheless.
fn acknowledged(alert: Now, told: Option<LastSent>) -> Decision {
    match told {
        Some(told) if alert.severity > told.severity => Decision::Send { is_over: false },
        _ => Decision::Cancel(ACKNOWLEDGED),
    }
}

/// A first telling that merely waited for its channel still goes out, as one message with both times: of error and critical
/// always, below where the channel wants ends. What was queued before the end was said is covered by that.
fn over(row: Row, wishes: &Wishes, alert: Now, told: Option<LastSent>) -> Decision {
    match told {
        _ if row.was_held => Decision::Cancel(RESOLVED_WHILE_HELD),
        Some(told) if !told.is_end => Decision::Cancel(RESOLVED),
        Some(told) if row.created_at <= told.said_at => Decision::Cancel(TOLD_ALREADY),
        _ if alert.severity >= Severity::Error || wishes.ends => Decision::Send { is_over: true },
        _ => Decision::Cancel(RESOLVED),
    }
}

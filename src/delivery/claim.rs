//! When a sender takes a row: whether it may still go.

use app::types::{AlertState, NotificationKind, Severity};

use super::{
    ACKNOWLEDGED, ALERT_MUTED, ALREADY_SENT, CHANNEL_MUTED, ChannelFilter, Decision, FIRED_AGAIN, LastSent, NOT_TOLD,
    Now, RESOLVED, RESOLVED_WHILE_HELD, Row, muted,
};

/// What becomes of a row.
pub fn claim(row: Row, filter: &ChannelFilter, alert: Now, last_sent: Option<LastSent>, now: i64) -> Decision {
    if let Some(until) = muted(filter.muted_until, now) {
        return Decision::Hold { until, reason: CHANNEL_MUTED };
    }
    match (row.kind, alert.state) {
        (NotificationKind::Resolved, state) => end(state, last_sent),
        (_, AlertState::Open) => alarm(row, alert, last_sent, now),
        (_, AlertState::Acknowledged) => acknowledged(alert, last_sent),
        (_, AlertState::Resolved) => over(row, filter, alert, last_sent),
    }
}

/// Never "resolved" before "fired", nor while it fires.
fn end(state: AlertState, last_sent: Option<LastSent>) -> Decision {
    match last_sent {
        _ if state != AlertState::Resolved => Decision::Cancel(FIRED_AGAIN),
        Some(last_sent) if !last_sent.is_end => Decision::Send { is_over: false },
        Some(_) => Decision::Cancel(ALREADY_SENT),
        None => Decision::Cancel(NOT_TOLD),
    }
}

/// After an end that was said its beginning is news; so is a rise that was queued before that end and waits still.
fn alarm(row: Row, alert: Now, last_sent: Option<LastSent>, now: i64) -> Decision {
    if let Some(until) = muted(alert.muted_until, now) {
        return Decision::Hold { until, reason: ALERT_MUTED };
    }
    let is_told = last_sent.is_some_and(|last_sent| {
        let is_news = row.kind == NotificationKind::Opened || row.created_at <= last_sent.sent_at;
        let is_end_news = last_sent.is_end && is_news;
        !is_end_news && !last_sent.is_stale(alert.severity, now)
    });
    if is_told { Decision::Cancel(ALREADY_SENT) } else { Decision::Send { is_over: false } }
}

/// Somebody has it in hand; that it got worse since they were told is news nevertheless.
fn acknowledged(alert: Now, last_sent: Option<LastSent>) -> Decision {
    match last_sent {
        Some(last_sent) if alert.severity > last_sent.severity => Decision::Send { is_over: false },
        _ => Decision::Cancel(ACKNOWLEDGED),
    }
}

/// A first telling that merely waited for its channel still goes out, as one message with both times: of error and critical
/// always, below where the channel has `send_resolved`. What was queued before the end was said is covered by that.
fn over(row: Row, filter: &ChannelFilter, alert: Now, last_sent: Option<LastSent>) -> Decision {
    match last_sent {
        _ if row.was_held => Decision::Cancel(RESOLVED_WHILE_HELD),
        Some(last_sent) if !last_sent.is_end => Decision::Cancel(RESOLVED),
        Some(last_sent) if row.created_at <= last_sent.sent_at => Decision::Cancel(ALREADY_SENT),
        _ if alert.severity >= Severity::Error || filter.send_resolved => Decision::Send { is_over: true },
        _ => Decision::Cancel(RESOLVED),
    }
}

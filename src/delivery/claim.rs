//! The second decision of the delivery gate, when a sender claims a row: whether it may still be sent.

use app::types::{AlertState, NotificationKind, Severity};

use super::{
    ACKNOWLEDGED, ALERT_MUTED, ALREADY_SENT, CHANNEL_MUTED, ChannelFilter, Decision, FIRED_AGAIN, LastSent, NOT_TOLD,
    Now, RESOLVED, RESOLVED_WHILE_HELD, Row, muted,
};

/// Decides on a queued row by the current state of its alert. `last_sent` is what the channel was last sent of the alert,
/// `None` if nothing; `now` is in Unix milliseconds.
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

/// "Resolved" is sent neither before "fired" nor while the alert is open or acknowledged.
fn end(state: AlertState, last_sent: Option<LastSent>) -> Decision {
    match last_sent {
        _ if state != AlertState::Resolved => Decision::Cancel(FIRED_AGAIN),
        Some(last_sent) if !last_sent.is_end => Decision::Send { is_over: false },
        Some(_) => Decision::Cancel(ALREADY_SENT),
        None => Decision::Cancel(NOT_TOLD),
    }
}

/// After an end was sent, an opening is news. So is a repeat that was queued before that end and is still pending: the alert
/// was reopened since.
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

/// An acknowledged alert is only news if its severity rose since the last message.
fn acknowledged(alert: Now, last_sent: Option<LastSent>) -> Decision {
    match last_sent {
        Some(last_sent) if alert.severity > last_sent.severity => Decision::Send { is_over: false },
        _ => Decision::Cancel(ACKNOWLEDGED),
    }
}

/// A first alarm that was pending because of its channel is still sent after the end, as one message with both times: always
/// for error and critical, below that only if the channel has `send_resolved`. Rows queued before the end was sent are
/// covered by that message.
fn over(row: Row, filter: &ChannelFilter, alert: Now, last_sent: Option<LastSent>) -> Decision {
    match last_sent {
        _ if row.was_held => Decision::Cancel(RESOLVED_WHILE_HELD),
        Some(last_sent) if !last_sent.is_end => Decision::Cancel(RESOLVED),
        Some(last_sent) if row.created_at <= last_sent.sent_at => Decision::Cancel(ALREADY_SENT),
        _ if alert.severity >= Severity::Error || filter.send_resolved => Decision::Send { is_over: true },
        _ => Decision::Cancel(RESOLVED),
    }
}

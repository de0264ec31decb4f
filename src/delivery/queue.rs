//! The first decision of the delivery gate, when an alert changes: whether a channel gets a row.

use app::types::{AlertState, NotificationKind};

use super::{
    ACKNOWLEDGED, ALERT_MUTED, CHANNEL_MUTED, ChannelFilter, LastSent, NotificationRequest, Queued,
    RESOLVED_WHILE_HELD, Unsent, muted,
};

/// The initial status of a notification of `request` on a channel; `None` if the filter does not accept it or it would be no
/// news. `last_sent` is `None` if the channel was sent nothing of the alert; `now` is in Unix milliseconds.
pub fn queue(
    request: &NotificationRequest,
    filter: &ChannelFilter,
    last_sent: Option<LastSent>,
    unsent: Unsent,
    now: i64,
) -> Option<Queued> {
    let is_due = match request.kind {
        NotificationKind::Resolved => is_end_due(last_sent, unsent),
        _ => is_alarm_due(request, last_sent, unsent, now),
    };
    if !filter.accepts(request) || !is_due {
        return None;
    }
    let held = |until: Option<i64>, reason| muted(until, now).map(|until| hold(request, last_sent, until, reason));
    let by_alert = held(request.muted_until.filter(|_| request.kind != NotificationKind::Resolved), ALERT_MUTED);
    Some(held(filter.muted_until, CHANNEL_MUTED).or(by_alert).unwrap_or(Queued::Pending))
}

/// An alarm is not held if its alert is already resolved, or acknowledged without an earlier message. The result is the same
/// as if the alarm had been held first and the alert resolved or acknowledged afterwards.
fn hold(request: &NotificationRequest, last_sent: Option<LastSent>, until: i64, reason: &'static str) -> Queued {
    match (request.kind, request.state) {
        (NotificationKind::Resolved, _) | (_, AlertState::Open) => Queued::Held { until, reason },
        (_, AlertState::Acknowledged) if last_sent.is_some() => Queued::Held { until, reason },
        (_, AlertState::Acknowledged) => Queued::Cancelled { reason: ACKNOWLEDGED },
        (_, AlertState::Resolved) => Queued::Cancelled { reason: RESOLVED_WHILE_HELD },
    }
}

/// Not if an unsent alarm of at least this severity exists: it reports the current state when it is sent.
fn is_alarm_due(request: &NotificationRequest, last_sent: Option<LastSent>, unsent: Unsent, now: i64) -> bool {
    if unsent.alarm.is_some_and(|waiting| waiting >= request.severity) {
        return false;
    }
    let Some(last_sent) = last_sent else { return true };
    match request.kind {
        NotificationKind::Opened => last_sent.is_end || last_sent.is_stale(request.severity, now),
        _ if request.state == AlertState::Acknowledged => request.severity > last_sent.severity,
        _ => last_sent.is_stale(request.severity, now),
    }
}

/// A pending alarm needs no end: when it is claimed, it is cancelled or reports both times.
fn is_end_due(last_sent: Option<LastSent>, unsent: Unsent) -> bool {
    last_sent.is_some_and(|last_sent| !last_sent.is_end) || unsent.in_flight
}

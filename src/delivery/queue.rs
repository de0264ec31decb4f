//! When an alert changes: which channel gets a row.

use app::types::{AlertState, NotificationKind};

use super::{
    ACKNOWLEDGED, ALERT_MUTED, CHANNEL_MUTED, LastSent, NotificationRequest, Queued, RESOLVED_WHILE_HELD, Unsaid,
    Wishes, muted,
};

/// Whether the channel is to be told, and whether now; None if there is nothing to say.
pub fn queue(
    request: &NotificationRequest,
    wishes: &Wishes,
    told: Option<LastSent>,
    unsaid: Unsaid,
    now: i64,
) -> Option<Queued> {
    let is_due = match request.kind {
        NotificationKind::Resolved => is_end_due(told, unsaid),
        _ => is_alarm_due(request, told, unsaid, now),
    };
    if !wishes.want(request) || !is_due {
        return None;
    }
    let held = |until: Option<i64>, reason| muted(until, now).map(|until| hold(request, told, until, reason));
    let by_alert = held(request.muted_until.filter(|_| request.kind != NotificationKind::Resolved), ALERT_MUTED);
    Some(held(wishes.muted_until, CHANNEL_MUTED).or(by_alert).unwrap_or(Queued::Pending))
}

/// Of an alert that is over or in hand already nothing is held: it reads as if the alarm had come first.
fn hold(request: &NotificationRequest, told: Option<LastSent>, until: i64, reason: &'static str) -> Queued {
    match (request.kind, request.state) {
        (NotificationKind::Resolved, _) | (_, AlertState::Open) => Queued::Held { until, reason },
        (_, AlertState::Acknowledged) if told.is_some() => Queued::Held { until, reason },
        (_, AlertState::Acknowledged) => Queued::Cancelled { reason: ACKNOWLEDGED },
        (_, AlertState::Resolved) => Queued::Cancelled { reason: RESOLVED_WHILE_HELD },
    }
}

/// What waits says it as well, with what is true when it goes.
fn is_alarm_due(request: &NotificationRequest, told: Option<LastSent>, unsaid: Unsaid, now: i64) -> bool {
    if unsaid.alarm.is_some_and(|waiting| waiting >= request.severity) {
        return false;
    }
    let Some(told) = told else { return true };
    match request.kind {
        NotificationKind::Opened => told.is_end || told.is_stale(request.severity, now),
        _ if request.state == AlertState::Acknowledged => request.severity > told.severity,
        _ => told.is_stale(request.severity, now),
    }
}

/// An alarm that waits will say itself that it is over.
fn is_end_due(told: Option<LastSent>, unsaid: Unsaid) -> bool {
    told.is_some_and(|told| !told.is_end) || unsaid.in_flight
}

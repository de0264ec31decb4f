//! The delivery gate: whether a channel is notified of an alert, now or later, and why not. Pure functions.
//!
//! [`queue`] decides when an alert changes. [`claim`] decides again when a sender claims the row, and holds or cancels what
//! may no longer be sent, with a reason. A message is due if the current state of the alert differs from what the channel was
//! last sent ([`LastSent`]).

mod backoff;
mod claim;
mod queue;
#[cfg(test)]
mod tests;

use app::types::time::HOUR;
use app::types::{AlertState, NotificationKind, Severity};

pub use backoff::{Failing, backoff, fallback_after};
pub use claim::claim;
pub use queue::queue;

/// An alarm of the same severity is sent again after this time in milliseconds, like Alertmanager's `repeat_interval`.
const REPEAT_INTERVAL: i64 = 4 * HOUR;

/// A notification that could not be sent for this long, in milliseconds, is given up.
pub const GIVE_UP_AFTER: i64 = 24 * HOUR;

// Values of `notification_logs.reason`, shown in the log.

/// Held until the mute of the channel ends.
pub const CHANNEL_MUTED: &str = "the channel is muted";
/// Held until the mute of the alert ends.
pub const ALERT_MUTED: &str = "the alert is muted";
/// Cancelled: the alert was acknowledged, and its severity has not risen since the last message.
pub const ACKNOWLEDGED: &str = "acknowledged before it was sent";
/// Cancelled: an alarm whose alert was resolved first.
pub const RESOLVED: &str = "resolved before it was sent";
/// Cancelled: the alert was resolved during the hold.
pub const RESOLVED_WHILE_HELD: &str = "resolved while held";
/// Cancelled: an earlier message already reported the same.
pub const ALREADY_SENT: &str = "already notified";
/// Cancelled: an end whose alert is not resolved any more.
pub const FIRED_AGAIN: &str = "it fired again";
/// Cancelled: an end whose alarm the channel was never sent.
pub const NOT_TOLD: &str = "the alert was never sent";

/// A change of an alert to notify of, before channels are chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationRequest {
    /// `alerts.id`.
    pub alert_id: i64,
    /// Opened, repeated or resolved; never a digest.
    pub kind: NotificationKind,
    /// Severity of the alert after the change.
    pub severity: Severity,
    /// State of the alert after the change.
    pub state: AlertState,
    /// How often the alert was reopened; 0 for the first opening.
    pub episode: i64,
    /// Whether the change created the alert.
    pub is_new: bool,
    /// End of the mute of the alert, Unix milliseconds; possibly in the past.
    pub muted_until: Option<i64>,
    /// Notice rather than problem.
    pub is_notice: bool,
    /// Slug of the source.
    pub source: String,
}

/// Which notifications a channel is configured to receive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelFilter {
    /// False for a disabled channel, which accepts nothing.
    pub is_active: bool,
    /// Lowest severity that is sent; does not apply to ends.
    pub min_severity: Severity,
    /// Slugs of the accepted sources; `None` for all.
    pub sources: Option<Vec<String>>,
    /// Whether ends are sent.
    pub send_resolved: bool,
    /// End of the mute of the channel, Unix milliseconds; possibly in the past.
    pub muted_until: Option<i64>,
}

/// What a channel was last sent of an alert: a row of `alert_told`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastSent {
    /// Severity of the last alarm.
    pub severity: Severity,
    /// When the last alarm was sent, Unix milliseconds.
    pub alarmed_at: i64,
    /// When anything was last sent, Unix milliseconds.
    pub sent_at: i64,
    /// Whether the last message reported the end.
    pub is_end: bool,
}

/// Pending and held alarms of one alert on one channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsent {
    /// The highest severity among them; `None` if there are none.
    pub alarm: Option<Severity>,
    /// Whether a sender holds the lease of one.
    pub in_flight: bool,
}

/// The status a row is inserted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queued {
    /// Due at once.
    Pending,
    /// Due when a mute ends.
    Held {
        /// End of the mute, Unix milliseconds.
        until: i64,
        /// [`CHANNEL_MUTED`] or [`ALERT_MUTED`].
        reason: &'static str,
    },
    /// Not to be sent, only logged.
    Cancelled {
        /// [`ACKNOWLEDGED`] or [`RESOLVED_WHILE_HELD`].
        reason: &'static str,
    },
}

impl Queued {
    /// End of the hold, Unix milliseconds; `None` unless held.
    pub const fn until(self) -> Option<i64> {
        if let Self::Held { until, .. } = self { Some(until) } else { None }
    }

    /// Why it is held or cancelled; `None` if pending.
    pub const fn reason(self) -> Option<&'static str> {
        match self {
            Self::Pending => None,
            Self::Held { reason, .. } | Self::Cancelled { reason } => Some(reason),
        }
    }
}

/// The current alert, read in the transaction of the claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Current state.
    pub state: AlertState,
    /// Current severity.
    pub severity: Severity,
    /// End of the mute, Unix milliseconds; possibly in the past.
    pub muted_until: Option<i64>,
}

/// A pending row that a sender is about to claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Opened, repeated or resolved.
    pub kind: NotificationKind,
    /// When it was queued, Unix milliseconds.
    pub created_at: i64,
    /// Whether the alert was resolved during a hold, as opposed to while the row waited for its channel.
    pub was_held: bool,
}

/// The decision on a row at its claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Send it now.
    Send {
        /// The alert fired and was resolved since: one message with both times.
        is_over: bool,
    },
    /// Hold it until a mute ends.
    Hold {
        /// End of the mute, Unix milliseconds.
        until: i64,
        /// [`CHANNEL_MUTED`] or [`ALERT_MUTED`].
        reason: &'static str,
    },
    /// Do not send it, for one of the reasons above.
    Cancel(&'static str),
}

impl ChannelFilter {
    /// Whether active state, source and severity match. Mutes are not considered: they only postpone.
    pub fn accepts(&self, request: &NotificationRequest) -> bool {
        let is_its_source = self.sources.as_ref().is_none_or(|slugs| slugs.contains(&request.source));
        let is_end = request.kind == NotificationKind::Resolved;
        self.is_active
            && is_its_source
            && if is_end { self.send_resolved } else { request.severity >= self.min_severity }
    }
}

impl LastSent {
    /// Whether an alarm is news after this: the severity is higher, or [`REPEAT_INTERVAL`] has passed.
    const fn is_stale(&self, severity: Severity, now: i64) -> bool {
        severity as u8 > self.severity as u8 || now - self.alarmed_at >= REPEAT_INTERVAL
    }
}

/// The end of a mute (Unix milliseconds) if it is still in effect at `now`.
pub fn muted(until: Option<i64>, now: i64) -> Option<i64> {
    until.filter(|until| *until > now)
}

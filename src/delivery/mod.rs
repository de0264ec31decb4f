//! The delivery gate: whether something may be said, by which channel, now or later, and why not. Pure.
//!
//! [`queue`] decides when an alert changes, [`claim`] asks again when a sender takes the row: what may no longer go is held or
//! cancelled there, with its reason. What a channel was *told* is the last message that was sent; a message is due when it
//! differs from what is true.

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

/// An alarm of the same severity is told again after this, in milliseconds.
const REPEAT_INTERVAL: i64 = 4 * HOUR;

/// For how long something is tried, in milliseconds.
pub const GIVE_UP_AFTER: i64 = 24 * HOUR;

pub const CHANNEL_MUTED: &str = "the channel is muted";
pub const ALERT_MUTED: &str = "the alert is muted";
pub const ACKNOWLEDGED: &str = "acknowledged before it was sent";
pub const RESOLVED: &str = "resolved before it was sent";
pub const RESOLVED_WHILE_HELD: &str = "resolved while held";
pub const ALREADY_SENT: &str = "already notified";
pub const FIRED_AGAIN: &str = "it fired again";
pub const NOT_TOLD: &str = "the alert was never sent";

/// What is to be said of an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationRequest {
    pub alert_id: i64,
    pub kind: NotificationKind,
    pub severity: Severity,
    pub state: AlertState,
    /// How often the alert was opened again before.
    pub episode: i64,
    /// Whether the alert did not exist before.
    pub is_new: bool,
    pub muted_until: Option<i64>,
    /// News, and no problem.
    pub is_notice: bool,
    /// Slug of the source.
    pub source: String,
}

/// What a channel wants to hear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelFilter {
    pub is_active: bool,
    pub min_severity: Severity,
    /// Slugs; None for all.
    pub sources: Option<Vec<String>>,
    /// Whether it wants to hear of the end.
    pub send_resolved: bool,
    pub muted_until: Option<i64>,
}

/// What a channel was last told of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastSent {
    /// Of the last alarm, and when.
    pub severity: Severity,
    pub alarmed_at: i64,
    /// When anything was last sent.
    pub sent_at: i64,
    /// Whether its end was told since.
    pub is_end: bool,
}

/// What a channel has still to say of an alert.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsent {
    /// The worst alarm that waits or is held.
    pub alarm: Option<Severity>,
    /// Whether an alarm is in the hands of a sender.
    pub in_flight: bool,
}

/// How a row begins: due at once, held, or without a need to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queued {
    Pending,
    Held { until: i64, reason: &'static str },
    Cancelled { reason: &'static str },
}

impl Queued {
    /// Until when it is held, in Unix milliseconds.
    pub const fn until(self) -> Option<i64> {
        if let Self::Held { until, .. } = self { Some(until) } else { None }
    }

    pub const fn reason(self) -> Option<&'static str> {
        match self {
            Self::Pending => None,
            Self::Held { reason, .. } | Self::Cancelled { reason } => Some(reason),
        }
    }
}

/// An alert as a sender finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    pub state: AlertState,
    pub severity: Severity,
    pub muted_until: Option<i64>,
}

/// A row that a sender would take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    pub kind: NotificationKind,
    /// When it was queued.
    pub created_at: i64,
    /// Whether its alert ended while it waited for the end of a hold, and not merely for its channel.
    pub was_held: bool,
}

/// What a sender is to do with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// `is_over`: one message with both times.
    Send {
        is_over: bool,
    },
    Hold {
        until: i64,
        reason: &'static str,
    },
    Cancel(&'static str),
}

impl ChannelFilter {
    /// Whether a channel wants to hear of an alert at all.
    pub fn accepts(&self, request: &NotificationRequest) -> bool {
        let is_its_source = self.sources.as_ref().is_none_or(|slugs| slugs.contains(&request.source));
        let is_end = request.kind == NotificationKind::Resolved;
        self.is_active
            && is_its_source
            && if is_end { self.send_resolved } else { request.severity >= self.min_severity }
    }
}

impl LastSent {
    /// Whether an alarm is news to who was told this: it is worse, or the last was long ago.
    const fn is_stale(&self, severity: Severity, now: i64) -> bool {
        severity as u8 > self.severity as u8 || now - self.alarmed_at >= REPEAT_INTERVAL
    }
}

/// The end of a mute that still holds.
pub fn muted(until: Option<i64>, now: i64) -> Option<i64> {
    until.filter(|until| *until > now)
}

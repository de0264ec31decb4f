//! `notification_logs`: the outbox, and the log of all notifications. `queue` inserts, `claim` leases and records outcomes,
//! `hold` holds and cancels, `fallback` hands over to fallback channels, `log` lists.

mod claim;
mod fallback;
mod hold;
mod log;
mod queue;

use app::types::{AlertState, ChannelKind, NotificationKind, Severity};

use crate::delivery::Queued;

pub use claim::Ended;
pub use fallback::Overdue;
pub use queue::{AlertForNotification, LastSentRow, UnsentRow};

/// A notification to insert: one alert, one channel.
#[derive(Clone, Debug)]
pub struct NewNotification {
    /// The alert that it reports.
    pub alert_id: i64,
    /// The channel that sends it.
    pub channel_id: i64,
    /// Kind of the channel, copied for the log.
    pub channel: ChannelKind,
    /// Recipient of the channel, copied for the log.
    pub recipient: String,
    /// Opened, repeated or resolved.
    pub kind: NotificationKind,
    /// Episode of the alert; for repeats the time of queueing. (alert, channel, kind, episode) is unique.
    pub episode: i64,
    /// Severity of the alert when it was queued.
    pub severity: Severity,
    /// Initial status: pending, held or cancelled.
    pub queued: Queued,
    /// Time of queueing, Unix milliseconds.
    pub now: i64,
}

/// A due row, with what the choice of the next message needs.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DueNotification {
    /// `notification_logs.id`.
    pub id: i64,
    /// Opened, repeated or resolved.
    #[sqlx(try_from = "String")]
    pub kind: NotificationKind,
    /// Severity when it was queued.
    #[sqlx(try_from = "String")]
    pub severity: Severity,
    /// Since when it is due, Unix milliseconds.
    pub due_at: i64,
}

/// A row that a sender is about to claim, with the current state of its alert.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Candidate {
    /// `notification_logs.id`.
    pub id: i64,
    /// The alert that it reports.
    pub alert_id: i64,
    /// Opened, repeated or resolved.
    #[sqlx(try_from = "String")]
    pub kind: NotificationKind,
    /// Episode of the alert that it reports; for repeats the time of queueing.
    pub episode: i64,
    /// Attempts before this one.
    pub attempts: i64,
    /// Error of the last attempt.
    pub error_message: Option<String>,
    /// When it was queued, Unix milliseconds.
    pub created_at: i64,
    /// Why it was held last; `None` if it never was.
    pub reason: Option<String>,
    /// End of the last hold, Unix milliseconds.
    pub held_until: Option<i64>,
    /// Current state of the alert.
    #[sqlx(try_from = "String")]
    pub state: AlertState,
    /// Current severity of the alert.
    #[sqlx(try_from = "String")]
    pub severity: Severity,
    /// End of the mute of the alert, Unix milliseconds.
    pub muted_until: Option<i64>,
    /// When the alert was last resolved, Unix milliseconds.
    pub ended_at: Option<i64>,
}

impl Candidate {
    /// Whether the alert was resolved during the hold, as opposed to while the row waited for its channel.
    pub fn ended_while_held(&self) -> bool {
        self.held_until.is_some_and(|until| self.ended_at.is_some_and(|ended| ended <= until))
    }

    /// When it could first be sent: when it was queued, or at the end of a hold. Unix milliseconds.
    pub fn waited_since(&self) -> i64 {
        self.held_until.unwrap_or_default().max(self.created_at)
    }

    /// Whether the outcome of an earlier attempt is unknown because its sender crashed: the message may have been sent.
    pub const fn may_be_a_repeat(&self) -> bool {
        self.attempts > 0 && self.error_message.is_none()
    }
}

/// The text of an alert in a message.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AlertText {
    /// `alerts.id`.
    pub id: i64,
    /// Headline, one line.
    pub title: String,
    /// Plain text; may be empty.
    pub message: String,
    /// Name of the source.
    pub source: String,
    /// When the alert was created, Unix milliseconds.
    pub opened_at: i64,
    /// When it was last resolved, Unix milliseconds; `None` if never.
    pub ended_at: Option<i64>,
}

/// Sort key: most severe first, literally as in the index `notification_logs_worst`. Uses the severity at queueing: a rise in
/// severity queues a row of its own.
const WORST: &str = "case n.severity when 'critical' then 0 when 'error' then 1 when 'warning' then 2 else 3 end";

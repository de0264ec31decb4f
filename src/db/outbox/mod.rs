//! `notification_logs`: the outbox, and the log of every attempt. `queue` writes what is to be said, `claim` takes it, `hold` keeps
//! it back or drops it, `fallback` hands it on, `log` shows it.

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

/// An alert to be told by a channel.
#[derive(Clone, Debug)]
pub struct NewNotification {
    pub alert_id: i64,
    pub channel_id: i64,
    pub channel: ChannelKind,
    pub recipient: String,
    pub kind: NotificationKind,
    pub episode: i64,
    pub severity: Severity,
    pub queued: Queued,
    pub now: i64,
}

/// A row that a sender may take, as far as the choice of the next message needs it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DueNotification {
    pub id: i64,
    #[sqlx(try_from = "String")]
    pub kind: NotificationKind,
    #[sqlx(try_from = "String")]
    pub severity: Severity,
    /// Since when it could have gone.
    pub due_at: i64,
}

/// A row in a sender's hands, with its alert as it is now.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Candidate {
    pub id: i64,
    pub alert_id: i64,
    #[sqlx(try_from = "String")]
    pub kind: NotificationKind,
    pub episode: i64,
    pub attempts: i64,
    pub error_message: Option<String>,
    pub created_at: i64,
    /// Why, and until when, it was held.
    pub reason: Option<String>,
    pub held_until: Option<i64>,
    #[sqlx(try_from = "String")]
    pub state: AlertState,
    #[sqlx(try_from = "String")]
    pub severity: Severity,
    pub muted_until: Option<i64>,
    pub ended_at: Option<i64>,
}

impl Candidate {
    /// Whether its alert ended while it was held, and not while it merely waited for its channel.
    pub fn ended_while_held(&self) -> bool {
        self.held_until.is_some_and(|until| self.ended_at.is_some_and(|ended| ended <= until))
    }

    /// When it was first to be sent: when it was queued, or at the end of a mute.
    pub fn waited_since(&self) -> i64 {
        self.held_until.unwrap_or_default().max(self.created_at)
    }

    /// Whether an earlier attempt died before it could be logged, so that it may have been sent.
    pub const fn may_be_a_repeat(&self) -> bool {
        self.attempts > 0 && self.error_message.is_none()
    }
}

/// What a message says of an alert.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AlertText {
    pub id: i64,
    pub title: String,
    pub message: String,
    pub source: String,
    /// When it was opened; and when it last ended.
    pub opened_at: i64,
    pub ended_at: Option<i64>,
}

/// As the index has it: what it was when it was queued, since a rise is told anew.
const WORST: &str = "case n.severity when 'critical' then 0 when 'error' then 1 when 'warning' then 2 else 3 end";

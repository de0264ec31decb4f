//! The lifecycle of an alert with a deduplication key, independent of the order in which messages are processed. Pure.
//!
//! Only the newest message of each kind counts, which makes the result independent of the order ([`Newest::truth`]). An
//! older message changes no state: it is added to the timeline, and notified only if it reports an unknown episode or a
//! higher severity.

mod fold;
mod newest;
#[cfg(test)]
mod tests;

use app::types::{AlertState, Severity};

use crate::provider::Action;

pub use fold::apply;
pub use newest::{Newest, Position};

/// What a message says about its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    pub position: Position,
    pub action: Action,
    /// Severity given by the mapping.
    pub severity: Severity,
    /// When the reported state began or ended, according to the source; Unix milliseconds.
    pub at: i64,
    /// Time of receipt, Unix milliseconds.
    pub received_at: i64,
}

/// The newest alert of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    pub state: AlertState,
    pub severity: Severity,
    pub is_read: bool,
    pub occurrences: i64,
    /// Newest time of receipt, Unix milliseconds.
    pub last_seen_at: i64,
    /// How often it was reopened.
    pub episode: i64,
    /// When it was last resolved, Unix milliseconds; 0 if never.
    pub ended_at: i64,
}

/// The state of a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key {
    pub newest: Newest,
    /// Its newest alert; `None` if none was opened yet, or it has expired.
    pub subject: Option<Subject>,
}

/// The effect of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A new alert in its effective state, which is resolved if the resolve arrived first.
    Opened,
    /// Another occurrence of the same alert.
    Repeated,
    /// The alert fires again.
    Reopened {
        /// False if the source never reported an end, since a user had resolved it.
        is_news: bool,
    },
    /// An episode between two known ones: no state changes, but it was never notified.
    OpenedLate,
    Resolved,
    Acknowledged,
    Unacknowledged,
    /// Already in this state.
    Unchanged,
    /// Superseded by a newer message.
    Late,
    /// There is no alert that it could change.
    NothingOpen,
}

//! The life of an alert with a key: what the messages of the key make of it, in whatever order they are worked off. Pure.
//!
//! Of each kind of message only the newest counts, so that the order in which they come does not ([`Newest::truth`]). An older
//! one changes no state: it is kept in the timeline, and an alarm in it is told if it never was.

mod fold;
mod newest;
#[cfg(test)]
mod tests;

use app::types::{AlertState, Severity};

use crate::provider::Action;

pub use fold::apply;
pub use newest::{Newest, Position};

/// What a message says of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    pub position: Position,
    pub action: Action,
    pub severity: Severity,
    /// When what it tells of began, or ended, by its source; Unix milliseconds.
    pub at: i64,
    pub received_at: i64,
}

/// The newest alert of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    pub state: AlertState,
    pub severity: Severity,
    pub is_read: bool,
    pub occurrences: i64,
    pub last_seen_at: i64,
    /// How often it was opened again.
    pub episode: i64,
    /// When it last ended; 0 if it never did.
    pub ended_at: i64,
}

/// What is known of a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key {
    pub newest: Newest,
    pub subject: Option<Subject>,
}

/// What a message did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A new alert, in the state that is true: where that is resolved, its end came first.
    Opened,
    /// The same alert once more.
    Repeated,
    /// The alert fires again. `is_news` is false where its source never said that it was over: a person had resolved it.
    Reopened {
        is_news: bool,
    },
    /// An episode between two that are known already: nothing changes, but nobody was told of it.
    OpenedLate,
    Resolved,
    Acknowledged,
    Unacknowledged,
    /// It is so already.
    Unchanged,
    /// A newer message has decided.
    Late,
    /// There is nothing that it could change.
    NothingOpen,
}

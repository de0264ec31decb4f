//! The newest message of each kind, and the state that follows from them.

use app::types::AlertState;
use serde::{Deserialize, Serialize};

use crate::provider::Action;

/// Order of the messages of a key: by the pack's ordering clock, then by event, then by position within the event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position(pub i64, pub i64, pub i64);

/// The newest position of each kind; the default sorts before all others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Newest {
    pub opened: Position,
    pub resolved: Position,
    pub acknowledged: Position,
    pub unacknowledged: Position,
}

impl Newest {
    /// Records a message; false if one of its kind is as new or newer.
    pub fn note(&mut self, action: Action, position: Position) -> bool {
        let newest = match action {
            Action::Open => &mut self.opened,
            Action::Resolve => &mut self.resolved,
            Action::Acknowledge => &mut self.acknowledged,
            Action::Unacknowledge => &mut self.unacknowledged,
        };
        let is_newer = position > *newest;
        *newest = position.max(*newest);
        is_newer
    }

    /// The state that follows from the newest messages.
    pub fn truth(&self) -> AlertState {
        if self.resolved > self.opened {
            AlertState::Resolved
        } else if self.acknowledged > self.unacknowledged.max(self.resolved) {
            AlertState::Acknowledged
        } else {
            AlertState::Open
        }
    }

    /// The newest position of one kind.
    pub const fn of(&self, action: Action) -> Position {
        match action {
            Action::Open => self.opened,
            Action::Resolve => self.resolved,
            Action::Acknowledge => self.acknowledged,
            Action::Unacknowledge => self.unacknowledged,
        }
    }
}

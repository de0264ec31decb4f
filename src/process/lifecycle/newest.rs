//! The newest message of each kind, and what they say together.

use app::types::AlertState;
use serde::{Deserialize, Serialize};

use crate::provider::Action;

/// Where a message stands among those of its key: by the clock of its pack's order, then by event, then by its place there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position(pub i64, pub i64, pub i64);

/// The newest of each kind; the default position is before all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Newest {
    pub opened: Position,
    pub resolved: Position,
    pub acknowledged: Position,
    pub unacknowledged: Position,
}

impl Newest {
    /// Notes a message; false if one of its kind is as new.
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

    /// What is true by what is known.
    pub fn truth(&self) -> AlertState {
        if self.resolved > self.opened {
            AlertState::Resolved
        } else if self.acknowledged > self.unacknowledged.max(self.resolved) {
            AlertState::Acknowledged
        } else {
            AlertState::Open
        }
    }

    /// Of one kind.
    pub const fn of(&self, action: Action) -> Position {
        match action {
            Action::Open => self.opened,
            Action::Resolve => self.resolved,
            Action::Acknowledge => self.acknowledged,
            Action::Unacknowledge => self.unacknowledged,
        }
    }
}

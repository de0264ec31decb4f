//! What each change of an alert sets, when it applies, and what undoing it sets.

use app::types::{AlertChange, AlertState, time};
use serde::{Deserialize, Serialize};

use crate::db::Before;

/// Default duration of a mute, in milliseconds.
const MUTED: i64 = time::HOUR;

/// A change of alerts, with its values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertUpdate {
    /// What to change.
    pub change: AlertChange,
    /// For a mute: its end, Unix milliseconds; else `None`.
    pub until: Option<i64>,
    /// For an assignment: an email; `None` for nobody.
    pub assignee: Option<String>,
}

/// A column and its new value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Set {
    /// Adds to a number.
    Add(&'static str, i64),
    Flag(&'static str, bool),
    Number(&'static str, Option<i64>),
    Text(&'static str, Option<String>),
}

impl AlertUpdate {
    /// A change without values; a mute lasts an hour.
    pub fn new(change: AlertChange, now: i64) -> Self {
        Self { change, until: (change == AlertChange::Mute).then_some(now + MUTED), assignee: None }
    }

    /// Whether the change would alter an alert.
    pub fn alters(&self, alert: &Before) -> bool {
        let is_over = alert.state == AlertState::Resolved;
        let is_refused = is_over && matches!(self.change, AlertChange::Acknowledge | AlertChange::Mute);
        !is_refused && !self.is_done(alert)
    }

    /// Whether an alert is as the change leaves it.
    pub fn is_done(&self, alert: &Before) -> bool {
        match self.change {
            AlertChange::Read => alert.is_read,
            AlertChange::Unread => !alert.is_read,
            AlertChange::Acknowledge => alert.state == AlertState::Acknowledged,
            AlertChange::Resolve => alert.state == AlertState::Resolved,
            AlertChange::Reopen => alert.state == AlertState::Open,
            AlertChange::Mute | AlertChange::Unmute => alert.muted_until == self.until,
            AlertChange::Assign => alert.assignee == self.assignee,
        }
    }

    /// What the change sets.
    pub fn assignments(&self, now: i64) -> Vec<Set> {
        match self.change {
            AlertChange::Read => vec![read(true)],
            AlertChange::Unread => vec![read(false)],
            AlertChange::Acknowledge => vec![state(AlertState::Acknowledged), read(true)],
            AlertChange::Resolve => vec![state(AlertState::Resolved), read(true), Set::Number("ended_at", Some(now))],
            // A new episode, whose opening and end are notified again.
            AlertChange::Reopen => vec![state(AlertState::Open), Set::Add("episode", 1)],
            AlertChange::Mute | AlertChange::Unmute => vec![Set::Number("muted_until", self.until)],
            AlertChange::Assign => vec![Set::Text("assignee", self.assignee.clone())],
        }
    }

    /// What restores the columns that the change set.
    pub fn reversal(&self, before: &Before) -> Vec<Set> {
        match self.change {
            AlertChange::Read | AlertChange::Unread => vec![read(before.is_read)],
            AlertChange::Acknowledge => vec![state(before.state), read(before.is_read)],
            // Its end may have been notified: a new episode, as after a reopen.
            AlertChange::Resolve => vec![state(before.state), read(before.is_read), Set::Add("episode", 1)],
            AlertChange::Reopen => vec![state(before.state)],
            AlertChange::Mute | AlertChange::Unmute => vec![Set::Number("muted_until", before.muted_until)],
            AlertChange::Assign => vec![Set::Text("assignee", before.assignee.clone())],
        }
    }
}

fn state(state: AlertState) -> Set {
    Set::Text("state", Some(state.as_str().to_owned()))
}

const fn read(is_read: bool) -> Set {
    Set::Flag("is_read", is_read)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn emails() -> [Option<String>; 3] {
        [None, Some("ada".to_owned()), Some("bob".to_owned())]
    }

    /// Every alert that a change could tell apart.
    fn alerts() -> Vec<Before> {
        let mut alerts = Vec::new();
        for state in AlertState::ALL.iter().copied() {
            for is_read in [false, true] {
                for muted_until in [None, Some(1), Some(2)] {
                    let of = |assignee| Before { id: 1, state, is_read, muted_until, assignee };
                    alerts.extend(emails().into_iter().map(of));
                }
            }
        }
        alerts
    }

    fn updates() -> Vec<AlertUpdate> {
        let plain = AlertChange::ALL.iter().filter(|change| !matches!(change, AlertChange::Assign | AlertChange::Mute));
        let plain = plain.map(|change| AlertUpdate::new(*change, 0));
        let mutes = [1, 2].map(|until| AlertUpdate { until: Some(until), ..AlertUpdate::new(AlertChange::Mute, 0) });
        let assign = emails().map(|assignee| AlertUpdate { assignee, ..AlertUpdate::new(AlertChange::Assign, 0) });
        plain.chain(mutes).chain(assign).collect()
    }

    fn apply(set: Vec<Set>, alert: &Before) -> Before {
        let mut alert = alert.clone();
        for set in set {
            match set {
                Set::Text("state", Some(state)) => alert.state = state.parse().unwrap(),
                Set::Text("assignee", assignee) => alert.assignee = assignee,
                Set::Flag("is_read", is_read) => alert.is_read = is_read,
                Set::Number("muted_until", until) => alert.muted_until = until,
                Set::Number("ended_at", _) | Set::Add("episode", _) => {}
                other => panic!("{other:?}"),
            }
        }
        alert
    }

    #[test]
    fn a_change_is_done_once_and_undone_to_what_was() {
        for before in alerts() {
            for update in updates().iter().filter(|update| update.alters(&before)) {
                let after = apply(update.assignments(9), &before);
                assert!(update.is_done(&after) && !update.alters(&after), "{update:?} of {before:?}");
                assert_eq!(apply(update.reversal(&before), &after), before, "{update:?}");
            }
        }
    }

    #[test]
    fn what_is_over_is_neither_acknowledged_nor_muted() {
        for over in alerts().iter().filter(|alert| alert.state == AlertState::Resolved) {
            for change in [AlertChange::Acknowledge, AlertChange::Mute] {
                assert!(!AlertUpdate::new(change, 0).alters(over));
            }
        }
    }

    #[test]
    fn a_later_mute_is_not_undone() {
        let mute = |until| AlertUpdate { until: Some(until), ..AlertUpdate::new(AlertChange::Mute, 0) };
        let alert = Before { state: AlertState::Open, ..alerts().remove(0) };
        let later = apply(mute(2).assignments(0), &apply(mute(1).assignments(0), &alert));
        assert!(!mute(1).is_done(&later));
    }
}

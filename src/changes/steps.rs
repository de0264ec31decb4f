//! Timeline entries of changes made by people.

use app::types::{ActivityKind, AlertChange, AlertState};
use serde_json::{Map, json};

use crate::db::{AlertUpdate, Before, NewActivity};

/// The entry of a change. Muting records its end time, which is null for unmuting, and assigning the assignee.
pub fn changed(id: i64, update: &AlertUpdate, actor: &str, now: i64) -> NewActivity {
    let mut step = step(id, update.change.activity(), actor, now);
    let (key, value) = match update.change {
        AlertChange::Mute | AlertChange::Unmute => ("until", json!(update.until)),
        AlertChange::Assign => ("assignee", json!(update.assignee)),
        _ => return step,
    };
    step.detail.insert(key.to_owned(), value);
    step
}

/// The entry of an undo: the state that the alert has again.
pub fn undone(before: &Before, change: AlertChange, actor: &str, now: i64) -> NewActivity {
    let kind = match change {
        AlertChange::Read => ActivityKind::Unread,
        AlertChange::Unread => ActivityKind::Read,
        AlertChange::Mute | AlertChange::Unmute => ActivityKind::Muted,
        AlertChange::Assign => ActivityKind::Noted,
        AlertChange::Acknowledge | AlertChange::Resolve | AlertChange::Reopen => match before.state {
            AlertState::Open => ActivityKind::Reopened,
            AlertState::Acknowledged => ActivityKind::Acknowledged,
            AlertState::Resolved => ActivityKind::Resolved,
        },
    };
    let mut step = step(before.id, kind, actor, now);
    match kind {
        ActivityKind::Muted => step.detail.insert("until".to_owned(), json!(before.muted_until)),
        ActivityKind::Noted => step.detail.insert("assignee".to_owned(), json!(before.assignee)),
        _ => None,
    };
    step
}

/// An entry made by a user, without detail.
pub fn step(alert_id: i64, kind: ActivityKind, actor: &str, now: i64) -> NewActivity {
    NewActivity { alert_id, webhook_event_id: None, kind, actor: actor.to_owned(), detail: Map::new(), created_at: now }
}

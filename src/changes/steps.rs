//! Timeline entries of changes made by people.

use app::types::{ActivityKind, AlertChange, AlertState};
use serde_json::{Map, Value, json};

use crate::db::{Before, MUTED, NewActivity};

/// The entry of a change. Muting records its end time, which is null for unmuting.
pub fn changed(id: i64, change: AlertChange, actor: &str, now: i64) -> NewActivity {
    let mut step = step(id, change.activity(), actor, now);
    let until = match change {
        AlertChange::Mute => json!(now + MUTED),
        AlertChange::Unmute => Value::Null,
        _ => return step,
    };
    step.detail.insert("until".to_owned(), until);
    step
}

/// The entry of an undo: the state that the alert has again.
pub fn undone(before: &Before, change: AlertChange, actor: &str, now: i64) -> NewActivity {
    let kind = match change {
        AlertChange::Read => ActivityKind::Unread,
        AlertChange::Unread => ActivityKind::Read,
        AlertChange::Mute | AlertChange::Unmute => ActivityKind::Muted,
        AlertChange::Acknowledge | AlertChange::Resolve | AlertChange::Reopen => match before.state {
            AlertState::Open => ActivityKind::Reopened,
            AlertState::Acknowledged => ActivityKind::Acknowledged,
            AlertState::Resolved => ActivityKind::Resolved,
        },
    };
    let mut step = step(before.id, kind, actor, now);
    if kind == ActivityKind::Muted {
        step.detail.insert("until".to_owned(), before.muted_until.map_or(Value::Null, Into::into));
    }
    step
}

/// An entry made by a user, without detail.
pub fn step(alert_id: i64, kind: ActivityKind, actor: &str, now: i64) -> NewActivity {
    NewActivity { alert_id, webhook_event_id: None, kind, actor: actor.to_owned(), detail: Map::new(), created_at: now }
}

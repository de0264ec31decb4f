//! What people do to alerts, wherever they do it: one transaction with its timeline and its entry in the audit log.

use app::types::{ActivityKind, AlertChange};
use serde_json::{Map, Value, json};

use crate::db::{AuditEntry, MUTED, NewActivity, Result, Writer};
use crate::ops::Ops;

/// Changes those of these alerts that are not so already, and tells everyone; returns those.
pub async fn change_alerts(ops: &Ops, actor: &str, change: AlertChange, ids: &[i64]) -> Result<Vec<i64>> {
    let now = ops.now();
    let mut tx = ops.db.begin(Writer::Person).await?;
    let changed = tx.change_alerts(change, ids, now).await?;
    if changed.is_empty() {
        return Ok(changed);
    }
    let detail = json!({ "count": changed.len(), "ids": &changed[..changed.len().min(100)] });
    let action = format!("alert.{change}");
    tx.insert_audit(&AuditEntry { actor, action: &action, subject: "alerts", detail, now }).await?;
    let steps: Vec<_> = changed.iter().map(|id| changed_step(*id, change, actor, now)).collect();
    let steps = tx.insert_activity(&steps).await?;
    tx.commit().await?;
    ops.announce(&steps).await;
    Ok(changed)
}

/// What the timeline says of a change: muting also until when, which is null once it is over.
fn changed_step(id: i64, change: AlertChange, actor: &str, now: i64) -> NewActivity {
    let mut step = step(id, change.activity(), actor, now);
    let until = match change {
        AlertChange::Mute => json!(now + MUTED),
        AlertChange::Unmute => Value::Null,
        _ => return step,
    };
    step.detail.insert("until".to_owned(), until);
    step
}

/// A step that somebody made.
pub fn step(alert_id: i64, kind: ActivityKind, actor: &str, now: i64) -> NewActivity {
    NewActivity { alert_id, webhook_event_id: None, kind, actor: actor.to_owned(), detail: Map::new(), created_at: now }
}

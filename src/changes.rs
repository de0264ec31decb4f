//! What people do to alerts, wherever they do it: one transaction with its timeline and its entry in the audit log.

use app::types::{ActivityKind, AlertChange, time};
use serde_json::{Map, json};

use crate::db::{AuditEntry, NewActivity, Result, Writer};
use crate::ops::Ops;

/// Changes those of these alerts that are not so already, and tells everyone; returns how many.
pub async fn change_alerts(ops: &Ops, actor: &str, change: AlertChange, ids: &[i64]) -> Result<i64> {
    let now = ops.now();
    let mut tx = ops.db.begin(Writer::Person).await?;
    let changed = tx.change_alerts(change, ids, now).await?;
    if changed.is_empty() {
        return Ok(0);
    }
    let detail = json!({ "count": changed.len(), "ids": &changed[..changed.len().min(100)] });
    let action = format!("alert.{change}");
    tx.insert_audit(&AuditEntry { actor, action: &action, subject: "alerts", detail, now }).await?;
    let steps: Vec<_> = changed.iter().map(|id| step(*id, change.activity(), actor, now)).collect();
    let steps = tx.insert_activity(&steps).await?;
    tx.commit().await?;
    ops.announce(&steps).await;
    Ok(changed.len() as i64)
}

/// Keeps repeats of an alert from being told for an hour.
pub async fn mute_alert(ops: &Ops, actor: &str, id: i64) -> Result<bool> {
    let now = ops.now();
    let mut tx = ops.db.begin(Writer::Person).await?;
    if !tx.mute_alert(id, now + time::HOUR, now).await? {
        return Ok(false);
    }
    let steps = tx.insert_activity(&[step(id, ActivityKind::Muted, actor, now)]).await?;
    tx.commit().await?;
    ops.announce(&steps).await;
    Ok(true)
}

/// A step that somebody made.
pub fn step(alert_id: i64, kind: ActivityKind, actor: &str, now: i64) -> NewActivity {
    NewActivity { alert_id, webhook_event_id: None, kind, actor: actor.to_owned(), detail: Map::new(), created_at: now }
}

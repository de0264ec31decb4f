//! Changing alerts, and undoing it. Both work in batches, so that ingest never waits long for the write lock.

use app::Error;
use app::types::{Actor, AlertChange, AlertQuery, Changed};
use serde_json::{Value, json};

use super::selected::Selected;
use crate::changes::{Operation, change_alerts, undo};
use crate::crypto::random_id;
use crate::dashboard::Dashboard;
use crate::db::{AlertUpdate, alert_parts};
use crate::error::Result;

/// Alerts changed per transaction.
const BATCH: i64 = 1_000;

impl Dashboard {
    /// Changes the selected alerts. If an error ends it, what is done so far can be undone.
    pub(super) async fn change(&self, actor: &Actor, update: AlertUpdate, selected: &Selected) -> Result<Changed> {
        let change = update.change;
        let mut operation = Operation::undoable(&actor.name, update, described(selected), self.ops.now());
        let result = self.change_all(&mut operation, selected).await;
        let incomplete = match result {
            Err(error) if operation.count() == 0 => return Err(error),
            // Logged, and told by the flag.
            result => result.map_err(|error| error.to_public(&random_id())).is_err(),
        };
        Ok(Changed { change, count: operation.count(), undo: operation.undo_id(), incomplete })
    }

    /// Undoes an operation of the same actor.
    pub(super) async fn undo(&self, actor: &Actor, id: &str) -> Result<Changed> {
        let undone = undo(&self.ops, &actor.name, id).await?.ok_or_else(|| Error::not_found("change"))?;
        Ok(Changed { change: inverse(undone.update.change), count: undone.count(), undo: None, incomplete: false })
    }

    async fn change_all(&self, operation: &mut Operation, selected: &Selected) -> Result<()> {
        match selected {
            Selected::Ids(ids) => {
                for batch in ids.chunks(BATCH as usize) {
                    change_alerts(&self.ops, operation, batch).await?;
                }
                Ok(())
            }
            Selected::Filter(query) => self.change_matching(operation, query).await,
        }
    }

    async fn change_matching(&self, operation: &mut Operation, query: &AlertQuery) -> Result<()> {
        if query.q.as_deref().is_some_and(|q| !q.is_empty()) {
            return self.change_part(operation, query).await;
        }
        for part in alert_parts(query) {
            self.change_part(operation, &part).await?;
        }
        Ok(())
    }

    /// Alerts that repeat meanwhile move above the cursor and are left alone: they fired after the click.
    async fn change_part(&self, operation: &mut Operation, part: &AlertQuery) -> Result<()> {
        let mut cursor = None;
        loop {
            let found = self.ops.db.list_alert_ids(part, cursor, BATCH).await?;
            let Some(last) = found.last() else { return Ok(()) };
            cursor = Some(*last);
            let ids: Vec<i64> = found.iter().map(|alert| alert.id).collect();
            change_alerts(&self.ops, operation, &ids).await?;
        }
    }
}

/// What the audit log says of the selection.
fn described(selected: &Selected) -> Value {
    match selected {
        Selected::Ids(_) => Value::Null,
        Selected::Filter(query) => json!(query),
    }
}

/// The change that an undo is reported as.
const fn inverse(change: AlertChange) -> AlertChange {
    match change {
        AlertChange::Read => AlertChange::Unread,
        AlertChange::Unread => AlertChange::Read,
        AlertChange::Acknowledge | AlertChange::Resolve => AlertChange::Reopen,
        AlertChange::Reopen => AlertChange::Resolve,
        AlertChange::Mute => AlertChange::Unmute,
        AlertChange::Unmute => AlertChange::Mute,
        AlertChange::Assign => AlertChange::Assign,
    }
}

//! The changes that people make to alerts, and undoing them: rows are locked, what applies is decided on their locked state,
//! and those that get the same values are updated together.

use std::collections::BTreeMap;

use app::types::AlertChange;
use sqlx::QueryBuilder;

use super::assignment::{AlertUpdate, Set};
use crate::db::bulk::push_ids;
use crate::db::{Before, Result, Tx, on};

/// Of several alerts with the same key only the newest can be open (unique index `alerts_open_key`). Without an equality on the
/// state, so that SQLite looks rows up by id.
const CAN_OPEN: &str = "not exists (select 1 from alerts other where other.dedup_key = alerts.dedup_key \
     and other.id <> alerts.id and (other.state <> 'resolved' or other.id > alerts.id)) and ";

impl Tx {
    /// Applies a change to those of these alerts that it would alter; returns their previous state.
    pub async fn change_alerts(&mut self, update: &AlertUpdate, ids: &[i64], now: i64) -> Result<Vec<Before>> {
        let condition = if update.change == AlertChange::Reopen { CAN_OPEN } else { "" };
        let mut before = self.lock_alerts(condition, ids).await?;
        before.retain(|alert| update.alters(alert));
        let ids: Vec<i64> = before.iter().map(|alert| alert.id).collect();
        self.set_alerts(&update.assignments(now), &ids, now).await?;
        Ok(before)
    }

    /// Undoes a change on alerts that are still as the change left them, and restores only the columns it set. Returns the ids
    /// of the restored alerts, ascending.
    pub async fn restore_alerts(&mut self, update: &AlertUpdate, before: &[Before], now: i64) -> Result<Vec<i64>> {
        let ids: Vec<i64> = before.iter().map(|alert| alert.id).collect();
        let condition = if update.change == AlertChange::Resolve { CAN_OPEN } else { "" };
        let mut present = self.lock_alerts(condition, &ids).await?;
        present.retain(|alert| update.is_done(alert));
        let restored: Vec<i64> = present.iter().map(|alert| alert.id).collect();
        let mut alike: BTreeMap<Vec<Set>, Vec<i64>> = BTreeMap::new();
        for alert in before.iter().filter(|alert| restored.binary_search(&alert.id).is_ok()) {
            alike.entry(update.reversal(alert)).or_default().push(alert.id);
        }
        for (set, ids) in alike {
            self.set_alerts(&set, &ids, now).await?;
        }
        Ok(restored)
    }

    /// The state of those of these alerts for which the condition holds. Locked in ascending order of ids, so that concurrent
    /// changes cannot deadlock.
    async fn lock_alerts(&mut self, condition: &str, ids: &[i64]) -> Result<Vec<Before>> {
        let lock = if matches!(self, Self::Postgres(..)) { " for update" } else { "" };
        on!(tx self, conn => {
            let mut sql = QueryBuilder::new("select id, state, is_read, muted_until, assignee from alerts where ");
            sql.push(condition).push("id in (");
            push_ids(&mut sql, ids.iter().map(Some));
            sql.push(") order by id").push(lock).build_query_as().persistent(false).fetch_all(conn).await
        })
    }

    async fn set_alerts(&mut self, set: &[Set], ids: &[i64], now: i64) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        on!(tx self, conn => {
            let mut sql = QueryBuilder::new("update alerts set updated_at = ");
            sql.push_bind(now);
            for set in set {
                match set {
                    Set::Add(column, n) => sql.push(format!(", {column} = {column} + {n}")),
                    Set::Flag(column, value) => sql.push(format!(", {column} = ")).push_bind(*value),
                    Set::Number(column, value) => sql.push(format!(", {column} = ")).push_bind(*value),
                    Set::Text(column, value) => sql.push(format!(", {column} = ")).push_bind(value.clone()),
                };
            }
            sql.push(" where id in (");
            push_ids(&mut sql, ids.iter().map(Some));
            sql.push(")").build().persistent(false).execute(conn).await.map(drop)
        })
    }
}

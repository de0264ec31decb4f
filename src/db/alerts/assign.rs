//! Who takes care of an alert.

use std::collections::BTreeMap;

use sqlx::QueryBuilder;

use crate::db::bulk::push_ids;
use crate::db::{Before, Result, Tx, on};

impl Tx {
    /// Assigns those alerts that are not yet assigned to this user; returns their previous states.
    pub(super) async fn assign_alerts(&mut self, assignee: Option<&str>, ids: &[i64], now: i64) -> Result<Vec<Before>> {
        let mut before = self.lock_alerts("id > 0", ids).await?;
        before.retain(|alert| alert.assignee.as_deref() != assignee);
        let ids: Vec<i64> = before.iter().map(|alert| alert.id).collect();
        self.set_assignee(assignee, &ids, now).await?;
        Ok(before)
    }

    /// Restores the previous assignees of alerts that are still assigned to `assignee`; returns their ids.
    pub(super) async fn restore_assignees(
        &mut self,
        assignee: Option<&str>,
        before: &[Before],
        now: i64,
    ) -> Result<Vec<i64>> {
        let ids: Vec<i64> = before.iter().map(|alert| alert.id).collect();
        let mut still = self.lock_alerts("id > 0", &ids).await?;
        still.retain(|alert| alert.assignee.as_deref() == assignee);
        let mut alike: BTreeMap<Option<&str>, Vec<i64>> = BTreeMap::new();
        for alert in before.iter().filter(|alert| still.iter().any(|still| still.id == alert.id)) {
            alike.entry(alert.assignee.as_deref()).or_default().push(alert.id);
        }
        for (assignee, ids) in alike {
            self.set_assignee(assignee, &ids, now).await?;
        }
        Ok(still.into_iter().map(|alert| alert.id).collect())
    }

    async fn set_assignee(&mut self, assignee: Option<&str>, ids: &[i64], now: i64) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        on!(tx self, conn => {
            let mut sql = QueryBuilder::new("update alerts set assignee = ");
            sql.push_bind(assignee).push(", updated_at = ").push_bind(now).push(" where id in (");
            push_ids(&mut sql, ids.iter().map(Some));
            sql.push(")").build().persistent(false).execute(conn).await.map(drop)
        })
    }
}

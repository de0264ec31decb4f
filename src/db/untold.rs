//! Alerts that nobody was told of: a flag of the alert, kept where it changes.

use app::types::MOST_COUNTED;
use sqlx::QueryBuilder;

use super::bulk::pieces;
use super::{Db, Result, Tx, Writer, on};

impl Db {
    /// Open alerts of which nobody was told although somebody should have been; counted to [`MOST_COUNTED`].
    pub async fn count_untold(&self) -> Result<i64> {
        const SQL: &str = "select count(*) from (select 1 from alerts where is_untold and state <> 'resolved' \
             and state <> 'acknowledged' order by id limit $1) as untold";
        on!(read self, pool => sqlx::query_scalar(SQL).bind(MOST_COUNTED + 1).fetch_one(pool).await)
    }

    /// Ends what was queued for a channel in the moment in which it was deleted.
    pub async fn end_orphans(&self, now: i64) -> Result<()> {
        const SQL: &str = "select distinct channel_id from notification_logs where status = 'pending' \
             and channel_id in (select id from channels where deleted_at is not null)";
        let channels: Vec<i64> = on!(read self, conn => sqlx::query_scalar(SQL).fetch_all(conn).await)?;
        for channel in channels {
            let mut tx = self.begin(Writer::Sweeper).await?;
            tx.hand_over_notifications(channel, now).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

impl Tx {
    /// Notes that nobody was told of these alerts, unless somebody was or may still be. In two statements: on PostgreSQL the
    /// second sees what another channel ended meanwhile.
    pub async fn mark_untold(&mut self, alerts: &[i64]) -> Result<()> {
        self.set_untold("is_untold = true where ", alerts).await?;
        const UNLESS: &str = "is_untold = false where exists (select 1 from notification_logs n \
             where n.alert_id = alerts.id and n.status <> 'failed') and ";
        self.set_untold(UNLESS, alerts).await
    }

    /// Notes that somebody was told of these alerts.
    pub async fn mark_told(&mut self, alerts: &[i64]) -> Result<()> {
        self.set_untold("is_untold = false where is_untold and ", alerts).await
    }

    async fn set_untold(&mut self, how: &str, alerts: &[i64]) -> Result<()> {
        for piece in pieces(alerts) {
            on!(tx self, conn => {
                let mut sql = QueryBuilder::new("update alerts set ");
                sql.push(how).push("id in (");
                let mut list = sql.separated(", ");
                piece.for_each(|id| { list.push_bind(id.copied()); });
                sql.push(")").build().execute(conn).await.map(drop)
            })?;
        }
        Ok(())
    }
}

//! Undelivered alerts: a flag on the alert (`is_untold`), maintained whenever a notification changes.

use app::types::{MOST_COUNTED, UndeliveredReason};
use sqlx::QueryBuilder;

use super::bulk::{pieces, push_ids};
use super::{Db, Result, Tx, Writer, on};

impl Db {
    /// Number of open undelivered alerts; `MOST_COUNTED + 1` stands for any number above [`MOST_COUNTED`].
    pub async fn count_undelivered(&self) -> Result<i64> {
        const SQL: &str = "select count(*) from (select 1 from alerts where is_untold and state <> 'resolved' \
             and state <> 'acknowledged' order by id limit $1) as untold";
        on!(read self, pool => sqlx::query_scalar(SQL).bind(MOST_COUNTED + 1).fetch_one(pool).await)
    }

    /// The eight most frequent reasons, with their numbers; counted like [`Self::count_undelivered`].
    pub async fn list_undelivered_reasons(&self) -> Result<Vec<UndeliveredReason>> {
        const SQL: &str = "select coalesce(untold_reason, 'every attempt failed') as reason, count(*) as count from \
             (select untold_reason from alerts where is_untold and state <> 'resolved' and state <> 'acknowledged' \
             order by id limit $1) as untold group by 1 order by 2 desc limit 8";
        on!(read self, pool => sqlx::query_as(SQL).bind(MOST_COUNTED + 1).fetch_all(pool).await)
    }

    /// Ids of up to `limit` open undelivered alerts above `after`, ascending.
    pub async fn list_undelivered(&self, after: i64, limit: i64) -> Result<Vec<i64>> {
        const SQL: &str = "select id from alerts where is_untold and state <> 'resolved' and state <> 'acknowledged' \
             and id > $1 order by id limit $2";
        on!(read self, pool => sqlx::query_scalar(SQL).bind(after).bind(limit).fetch_all(pool).await)
    }

    /// Ends pending and held notifications of deleted channels, in batches. See [`Tx::hand_over_notifications`].
    pub async fn end_orphans(&self, now: i64) -> Result<()> {
        const SQL: &str = "select c.id from channels c where c.deleted_at is not null and (exists (select 1 \
             from notification_logs n where n.channel_id = c.id and n.status = 'pending') or exists (select 1 \
             from notification_logs n where n.channel_id = c.id and n.status not in ('pending', 'sent', 'failed', 'cancelled')))";
        let channels: Vec<i64> = on!(read self, conn => sqlx::query_scalar(SQL).fetch_all(conn).await)?;
        for channel in channels {
            let mut has_more = true;
            while has_more {
                let mut tx = self.begin(Writer::Sweeper).await?;
                has_more = tx.hand_over_notifications(channel, now).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }
}

impl Tx {
    /// Marks these problems undelivered for `reason`, unless some channel was sent the current episode at a sufficient
    /// severity, or has a pending row that was not handed over to its fallback. Two statements: the first locks the
    /// alerts, so that on PostgreSQL the second sees the outcome that another channel committed in between.
    pub async fn mark_undelivered(&mut self, alerts: &[i64], reason: &str) -> Result<()> {
        const UNLESS: &str = "is_untold = false, untold_reason = null where (exists (select 1 from alert_told t \
             where t.alert_id = alerts.id and not t.is_end and t.told_at >= coalesce(alerts.ended_at, 0) \
             and (t.severity = alerts.severity or t.severity = 'critical' or (t.severity = 'error' and alerts.severity = 'warning'))) \
             or exists (select 1 from notification_logs n \
             where n.alert_id = alerts.id and n.status = 'pending' and n.fallback_at is null)) and ";
        self.set_undelivered("is_untold = not is_notice, untold_reason = ", Some(reason), " where ", alerts).await?;
        self.set_undelivered(UNLESS, None, "", alerts).await
    }

    /// Clears the flag of these alerts.
    pub async fn mark_delivered(&mut self, alerts: &[i64]) -> Result<()> {
        self.set_undelivered("is_untold = false, untold_reason = null where is_untold and ", None, "", alerts).await
    }

    async fn set_undelivered(&mut self, how: &str, reason: Option<&str>, only: &str, alerts: &[i64]) -> Result<()> {
        for piece in pieces(alerts) {
            on!(tx self, conn => {
                let mut sql = QueryBuilder::new("update alerts set ");
                sql.push(how);
                if let Some(reason) = reason {
                    sql.push_bind(reason.to_owned());
                }
                sql.push(only).push("id in (");
                push_ids(&mut sql, piece);
                sql.push(")").build().execute(conn).await.map(drop)
            })?;
        }
        Ok(())
    }
}

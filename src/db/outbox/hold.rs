//! Keeping back what is not to be said now, and dropping what need not be said any more. What a sender has in hand is left alone.

use sqlx::QueryBuilder;

use crate::db::bulk::{pieces, push_ids};
use crate::db::{Db, Result, Tx, Writer, on};
use crate::delivery::CHANNEL_MUTED;

/// Rows released at once.
const RELEASED: i64 = 500;

impl Db {
    /// Makes due what was held until now; returns how many.
    pub async fn release_held(&self, now: i64) -> Result<u64> {
        const ANY: &str = "select exists (select 1 from notification_logs where status = 'held' and held_until <= $1)";
        const UNMUTED: &str = "select exists (select 1 from notification_logs n join channels c on c.id = n.channel_id \
             where n.status = 'held' and n.reason = $1 and (c.muted_until is null or c.muted_until <= $2))";
        let is_over = on!(read self, conn => sqlx::query_scalar::<_, bool>(ANY).bind(now).fetch_one(conn).await)?;
        let is_unmuted = on!(read self, conn => {
            sqlx::query_scalar::<_, bool>(UNMUTED).bind(CHANNEL_MUTED).bind(now).fetch_one(conn).await
        })?;
        if !is_over && !is_unmuted {
            return Ok(0);
        }
        let mut tx = self.begin(Writer::Person).await?;
        let released = tx.release_some(now).await?;
        tx.commit().await?;
        Ok(released)
    }
}

impl Tx {
    /// Also what was held by a mute that had been taken back already.
    async fn release_some(&mut self, now: i64) -> Result<u64> {
        const UNMUTE: &str = "update notification_logs set held_until = $1 where status = 'held' and reason = $2 \
             and held_until > $3 and channel_id in (select id from channels where muted_until is null or muted_until <= $4)";
        on!(tx self, conn => {
            let query = sqlx::query(UNMUTE).bind(now).bind(CHANNEL_MUTED).bind(now).bind(now);
            query.execute(conn).await.map(drop)
        })?;
        const SQL: &str = "update notification_logs set status = 'pending', due_at = $1, updated_at = $1 where status = 'held' \
             and id in (select id from notification_logs where status = 'held' and held_until <= $2 order by held_until, id limit $3)";
        on!(tx self, conn => {
            let query = sqlx::query(SQL).bind(now).bind(now).bind(RELEASED);
            Ok(query.execute(conn).await?.rows_affected())
        })
    }

    /// Lets go what was held for a reason: of one channel, or of these alerts.
    pub async fn end_channel_hold(&mut self, channel: i64, reason: &str, until: i64) -> Result<()> {
        const SQL: &str =
            "update notification_logs set held_until = $1 where status = 'held' and channel_id = $2 and reason = $3";
        on!(tx self, conn => sqlx::query(SQL).bind(until).bind(channel).bind(reason).execute(conn).await.map(drop))
    }

    /// The same of alerts.
    pub async fn end_alert_hold(&mut self, alerts: &[i64], reason: &str, until: i64) -> Result<()> {
        for piece in pieces(alerts) {
            on!(tx self, conn => {
                let mut sql = QueryBuilder::new("update notification_logs set held_until = ");
                sql.push_bind(until).push(" where status = 'held' and reason = ").push_bind(reason.to_owned()).push(" and alert_id in (");
                push_ids(&mut sql, piece);
                sql.push(")").build().execute(conn).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Holds rows until a moment.
    pub async fn hold_notifications(&mut self, ids: &[i64], until: i64, reason: &str, now: i64) -> Result<()> {
        self.keep_back(("held", Some(until), reason), "status = 'pending' and id in (", ids, now).await
    }

    /// Holds the alarms of alerts that wait.
    pub async fn hold_alerts(&mut self, alerts: &[i64], until: i64, reason: &str, now: i64) -> Result<()> {
        const WHICH: &str = "status = 'pending' and kind <> 'resolved' and alert_id in (";
        self.keep_back(("held", Some(until), reason), WHICH, alerts, now).await
    }

    /// Cancels rows.
    pub async fn cancel_notifications(&mut self, ids: &[i64], reason: &str, now: i64) -> Result<()> {
        self.keep_back(("cancelled", None, reason), "status in ('pending', 'held') and id in (", ids, now).await
    }

    /// Cancels what is held of alerts, and with `waiting` their alarms that wait.
    pub async fn cancel_alerts(&mut self, alerts: &[i64], waiting: bool, reason: &str, now: i64) -> Result<()> {
        let which = if waiting {
            "status in ('pending', 'held') and kind <> 'resolved' and alert_id in ("
        } else {
            "status = 'held' and alert_id in ("
        };
        self.keep_back(("cancelled", None, reason), which, alerts, now).await
    }

    /// Sets status, end of the hold and reason of the rows that no sender has in hand.
    async fn keep_back(
        &mut self,
        (status, until, reason): (&str, Option<i64>, &str),
        which: &str,
        ids: &[i64],
        now: i64,
    ) -> Result<()> {
        for piece in pieces(ids) {
            on!(tx self, conn => {
                let mut sql = QueryBuilder::new("update notification_logs set lease_until = null, status = ");
                sql.push_bind(status.to_owned()).push(", held_until = coalesce(").push_bind(until);
                sql.push(", held_until), reason = ").push_bind(reason.to_owned()).push(", updated_at = ").push_bind(now);
                sql.push(" where (lease_until is null or lease_until <= ").push_bind(now).push(") and ").push(which);
                push_ids(&mut sql, piece);
                sql.push(")").build().execute(conn).await.map(drop)
            })?;
        }
        Ok(())
    }
}

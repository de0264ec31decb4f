//! Holds rows during a mute and cancels obsolete ones. Rows that a sender holds under a lease are left alone.

use sqlx::QueryBuilder;

use crate::db::bulk::{pieces, push_ids};
use crate::db::{Db, Result, Tx, Writer, on};
use crate::delivery::CHANNEL_MUTED;

/// Rows released per transaction.
const RELEASED: i64 = 500;

/// `held`, literally as in the partial indexes: for an equality SQLite would choose the index of all statuses.
const HELD: &str = "status not in ('pending', 'sent', 'failed', 'cancelled')";

/// Channels that still hold rows because of a mute that has expired or was lifted.
const UNMUTED: &str = "from channels c where (c.muted_until is null or c.muted_until <= $1) and exists (select 1 \
     from notification_logs n where n.channel_id = c.id and n.reason = $2 and n.status not in ('pending', 'sent', 'failed', \
     'cancelled'))";

impl Db {
    /// Makes all held rows due whose hold is over at `now` (Unix milliseconds), in batches; returns their number.
    pub async fn release_held(&self, now: i64) -> Result<u64> {
        let any = format!("select exists (select 1 from notification_logs where {HELD} and held_until <= $1)");
        let unmuted = format!("select exists (select 1 {UNMUTED})");
        let is_over = on!(read self, conn => {
            let query = sqlx::query_scalar::<_, bool>(sqlx::AssertSqlSafe(any.clone()));
            query.bind(now).fetch_one(conn).await
        })?;
        let is_unmuted = on!(read self, conn => {
            let query = sqlx::query_scalar::<_, bool>(sqlx::AssertSqlSafe(unmuted.clone()));
            query.bind(now).bind(CHANNEL_MUTED).fetch_one(conn).await
        })?;
        if !is_over && !is_unmuted {
            return Ok(0);
        }
        let mut released = 0;
        loop {
            let mut tx = self.begin(Writer::Person).await?;
            let some = tx.release_some(now).await?;
            tx.commit().await?;
            released += some;
            if some < RELEASED as u64 {
                return Ok(released);
            }
        }
    }
}

impl Tx {
    /// Releases one batch: rows of unmuted channels, then rows whose `held_until` has passed.
    async fn release_some(&mut self, now: i64) -> Result<u64> {
        let which = format!("select id {UNMUTED}");
        let unmuted: Vec<i64> = on!(tx self, conn => {
            let query = sqlx::query_scalar(sqlx::AssertSqlSafe(which.clone()));
            query.bind(now).bind(CHANNEL_MUTED).fetch_all(conn).await
        })?;
        let by_channel = format!(
            "update notification_logs set status = 'pending', due_at = $1, held_until = $1, updated_at = $1 where {HELD} \
             and id in (select id from notification_logs where channel_id = $2 and reason = $3 and {HELD} limit $4)"
        );
        let by_time = format!(
            "update notification_logs set status = 'pending', due_at = $1, updated_at = $1 where {HELD} and id in (select id \
             from notification_logs where {HELD} and held_until <= $2 order by held_until, id limit $3)"
        );
        let mut released = 0;
        for channel in unmuted {
            released += on!(tx self, conn => {
                let query = sqlx::query(sqlx::AssertSqlSafe(by_channel.clone())).bind(now).bind(channel).bind(CHANNEL_MUTED);
                Ok::<u64, sqlx::Error>(query.bind(RELEASED).execute(conn).await?.rows_affected())
            })?;
        }
        Ok(released
            + on!(tx self, conn => {
                let query = sqlx::query(sqlx::AssertSqlSafe(by_time.clone())).bind(now).bind(now).bind(RELEASED);
                Ok::<u64, sqlx::Error>(query.execute(conn).await?.rows_affected())
            })?)
    }

    /// Sets the end of the hold of rows of these alerts that are held for `reason`.
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

    /// Holds pending rows until a time, Unix milliseconds.
    pub async fn hold_notifications(&mut self, ids: &[i64], until: i64, reason: &str, now: i64) -> Result<()> {
        self.keep_back(("held", Some(until), reason), "status = 'pending' and id in (", ids, now).await
    }

    /// Holds the pending alarms of these alerts; the notification of an end is not affected by a mute of the alert.
    pub async fn hold_alerts(&mut self, alerts: &[i64], until: i64, reason: &str, now: i64) -> Result<()> {
        const WHICH: &str = "status = 'pending' and kind <> 'resolved' and alert_id in (";
        self.keep_back(("held", Some(until), reason), WHICH, alerts, now).await
    }

    /// Cancels pending and held rows.
    pub async fn cancel_notifications(&mut self, ids: &[i64], reason: &str, now: i64) -> Result<()> {
        self.keep_back(("cancelled", None, reason), "status in ('pending', 'held') and id in (", ids, now).await
    }

    /// Cancels rows of these alerts: with `waiting` their pending and held alarms, without it everything held.
    pub async fn cancel_alerts(&mut self, alerts: &[i64], waiting: bool, reason: &str, now: i64) -> Result<()> {
        let which = if waiting {
            "status in ('pending', 'held') and kind <> 'resolved' and alert_id in ("
        } else {
            "status = 'held' and alert_id in ("
        };
        self.keep_back(("cancelled", None, reason), which, alerts, now).await
    }

    /// Sets status, end of the hold and reason of matching rows without a valid lease.
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

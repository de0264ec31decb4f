//! Notifications that a failing channel could not send: handed over to its fallback, or given up.

use app::types::Severity;

use crate::db::bulk::{pieces, push_ids};
use crate::db::{Db, Result, Tx, on};

/// Rows per transaction.
const AT_ONCE: i64 = 1_000;

/// Rows that have waited too long for their channel and were not handed over yet.
const ALONE: &str = "select id from notification_logs where channel_id = $1 and status = 'pending' and fallback_at is null \
     and due_at <= $2 and (severity = 'critical' or due_at <= $3) order by due_at limit $4";

/// Rows due before these times have waited too long, Unix milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Overdue {
    /// For critical notifications.
    pub critical: i64,
    /// For all others.
    pub other: i64,
}

impl Overdue {
    /// The times at `now`, where `after` is the longest wait of a severity in milliseconds.
    pub fn at(now: i64, after: impl Fn(Severity) -> i64) -> Self {
        Self { critical: now - after(Severity::Critical), other: now - after(Severity::Error) }
    }
}

impl Db {
    /// Whether the channel has rows to hand over, or handed-over rows that are due since before `expired` (Unix
    /// milliseconds).
    pub async fn is_overdue(&self, channel: i64, overdue: Overdue, expired: i64) -> Result<bool> {
        const EXPIRED: &str = "select exists (select 1 from notification_logs n where channel_id = $1 and status = 'pending' \
             and fallback_at is not null and due_at <= $2)";
        let any = format!("select exists ({ALONE})");
        let is_overdue = on!(read self, conn => {
            let query = sqlx::query_scalar::<_, bool>(sqlx::AssertSqlSafe(any.clone()));
            query.bind(channel).bind(overdue.critical).bind(overdue.other).bind(1_i64).fetch_one(conn).await
        })?;
        let is_expired = on!(read self, conn => {
            sqlx::query_scalar::<_, bool>(EXPIRED).bind(channel).bind(expired).fetch_one(conn).await
        })?;
        Ok(is_overdue || is_expired)
    }
}

impl Tx {
    /// Copies one batch of overdue rows to the fallback of the channel, if it has one; the originals stay pending.
    /// Returns the alerts of the batch, ascending, also if there is no fallback, and whether there may be more.
    pub async fn hand_to_fallback(&mut self, channel: i64, overdue: Overdue, now: i64) -> Result<(Vec<i64>, bool)> {
        let ids = on!(tx self, conn => {
            let query = sqlx::query_scalar::<_, i64>(ALONE).bind(channel).bind(overdue.critical).bind(overdue.other);
            query.bind(AT_ONCE).fetch_all(conn).await
        })?;
        self.insert_for_fallback(&ids, now).await?;
        Ok((self.note_fallback(&ids, now).await?, ids.len() as i64 == AT_ONCE))
    }

    /// Lets pending rows be handed over again, after the fallback of the channel was changed.
    pub async fn forget_fallback(&mut self, channel: i64) -> Result<()> {
        const SQL: &str = "update notification_logs set fallback_at = null where channel_id = $1 and status = 'pending' \
             and fallback_at is not null";
        on!(tx self, conn => sqlx::query(SQL).bind(channel).execute(conn).await.map(drop))
    }

    /// Inserts copies for the fallback channel. They keep the episode of the original, so that the unique key prevents
    /// a second notification if the fallback accepts the alert itself, and a loop between channels that fall back on
    /// each other.
    pub async fn insert_for_fallback(&mut self, ids: &[i64], now: i64) -> Result<()> {
        // A row that was cancelled on the fallback becomes due again.
        const AGAIN: &str = ") on conflict (alert_id, channel_id, kind, episode) do update set status = 'pending', \
             reason = null, due_at = excluded.due_at, severity = excluded.severity, updated_at = excluded.updated_at, \
             attempts = 0, fallback_at = null, lease_until = null, held_until = null, error_message = null \
             where notification_logs.status = 'cancelled'";
        const INSERT: &str = "insert into notification_logs (alert_id, channel_id, channel, recipient, kind, episode, severity, \
             status, due_at, created_at, updated_at) select n.alert_id, f.id, f.kind, f.recipient, n.kind, n.episode, n.severity, \
             'pending', cast(";
        for piece in pieces(ids) {
            on!(tx self, conn => {
                let mut sql = sqlx::QueryBuilder::new(INSERT);
                sql.push_bind(now).push(" as bigint), cast(").push_bind(now).push(" as bigint), cast(").push_bind(now);
                sql.push(" as bigint) from notification_logs n join channels c on c.id = n.channel_id \
                     join channels f on f.id = c.fallback_id where n.id in (");
                push_ids(&mut sql, piece);
                sql.push(AGAIN).build().execute(conn).await.map(drop)
            })?;
        }
        Ok(())
    }

    async fn note_fallback(&mut self, ids: &[i64], now: i64) -> Result<Vec<i64>> {
        let mut alerts = Vec::with_capacity(ids.len());
        for piece in pieces(ids) {
            alerts.extend(on!(tx self, conn => {
                let mut sql = sqlx::QueryBuilder::new("update notification_logs set fallback_at = ");
                sql.push_bind(now).push(" where id in (");
                push_ids(&mut sql, piece);
                sql.push(") returning alert_id").build_query_scalar::<Option<i64>>().fetch_all(conn).await
            })?);
        }
        Ok(sorted(alerts))
    }

    /// Fails one batch of handed-over rows that are due since before `before` (Unix milliseconds); returns their
    /// alerts, ascending, and whether there may be more.
    pub async fn expire_notifications(
        &mut self,
        channel: i64,
        before: i64,
        reason: &str,
        now: i64,
    ) -> Result<(Vec<i64>, bool)> {
        // The outer condition is evaluated again if another node changed the row in between (PostgreSQL, READ COMMITTED).
        const SQL: &str = "update notification_logs set status = 'failed', reason = $1, updated_at = $2 \
             where status = 'pending' and (lease_until is null or lease_until <= $2) and id in (select id \
             from notification_logs where channel_id = $3 and status = 'pending' and fallback_at is not null and due_at <= $4 and (lease_until is null or lease_until <= $5) limit $6) returning alert_id";
        let alerts = on!(tx self, conn => {
            let query = sqlx::query_scalar::<_, Option<i64>>(SQL).bind(reason).bind(now).bind(channel).bind(before);
            query.bind(now).bind(AT_ONCE).fetch_all(conn).await
        })?;
        let has_more = alerts.len() as i64 == AT_ONCE;
        Ok((sorted(alerts), has_more))
    }

    /// For a deleted channel: fails one batch of its pending and held rows, copies them to its fallback if it has one,
    /// and marks the alerts undelivered. Returns whether there may be more.
    pub async fn hand_over_notifications(&mut self, channel: i64, now: i64) -> Result<bool> {
        const WHAT: &str =
            "select id from notification_logs where channel_id = $1 and status in ('pending', 'held') limit $2";
        const END: &str = "update notification_logs set status = 'failed', reason = 'the channel was deleted', lease_until = null, \
             updated_at = ";
        let ids = on!(tx self, conn => {
            sqlx::query_scalar::<_, i64>(WHAT).bind(channel).bind(AT_ONCE).fetch_all(conn).await
        })?;
        self.insert_for_fallback(&ids, now).await?;
        let mut alerts = Vec::with_capacity(ids.len());
        for piece in pieces(&ids) {
            alerts.extend(on!(tx self, conn => {
                let mut sql = sqlx::QueryBuilder::new(END);
                sql.push_bind(now).push(" where status in ('pending', 'held') and id in (");
                push_ids(&mut sql, piece);
                sql.push(") returning alert_id").build_query_scalar::<Option<i64>>().fetch_all(conn).await
            })?);
        }
        self.mark_undelivered(&sorted(alerts), "the channel was deleted").await?;
        Ok(ids.len() as i64 == AT_ONCE)
    }
}

fn sorted(alerts: Vec<Option<i64>>) -> Vec<i64> {
    let mut alerts: Vec<i64> = alerts.into_iter().flatten().collect();
    alerts.sort_unstable();
    alerts.dedup();
    alerts
}

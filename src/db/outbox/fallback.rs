//! What a channel could not say: handed to its fallback, or given up.

use app::types::Severity;

use crate::db::bulk::{pieces, push_ids};
use crate::db::{Db, Result, Tx, on};

/// Rows handed on at once.
const AT_ONCE: i64 = 1_000;

/// What waits for its channel since before a moment, and is not handed on yet.
const ALONE: &str = "select id from notification_logs where channel_id = $1 and status = 'pending' and fallback_at is null \
     and due_at <= $2 and (severity = 'critical' or due_at <= $3) order by due_at limit $4";

/// Since before which moments criticals, and others, wait too long.
#[derive(Clone, Copy, Debug)]
pub struct Overdue {
    pub critical: i64,
    pub other: i64,
}

impl Overdue {
    /// Now, by how long each severity waits.
    pub fn at(now: i64, after: impl Fn(Severity) -> i64) -> Self {
        Self { critical: now - after(Severity::Critical), other: now - after(Severity::Error) }
    }
}

impl Db {
    /// Whether something waits too long for a channel, or has waited since before `expired`.
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
    /// Gives to the fallback, if there is one, some of what waits too long; it waits for its own channel nevertheless. Returns
    /// the alerts of what was handed on, or has nobody to be handed to, and whether there may be more.
    pub async fn hand_to_fallback(&mut self, channel: i64, overdue: Overdue, now: i64) -> Result<(Vec<i64>, bool)> {
        let ids = on!(tx self, conn => {
            let query = sqlx::query_scalar::<_, i64>(ALONE).bind(channel).bind(overdue.critical).bind(overdue.other);
            query.bind(AT_ONCE).fetch_all(conn).await
        })?;
        self.insert_for_fallback(&ids, now).await?;
        Ok((self.note_fallback(&ids, now).await?, ids.len() as i64 == AT_ONCE))
    }

    /// Has what waits handed on anew: the channel has another fallback now.
    pub async fn forget_fallback(&mut self, channel: i64) -> Result<()> {
        const SQL: &str = "update notification_logs set fallback_at = null where channel_id = $1 and status = 'pending' \
             and fallback_at is not null";
        on!(tx self, conn => sqlx::query(SQL).bind(channel).execute(conn).await.map(drop))
    }

    /// With the episode of the original each is told once, also where the fallback wanted the alert by itself, and two channels
    /// that fall back on each other come to an end.
    pub async fn insert_for_fallback(&mut self, ids: &[i64], now: i64) -> Result<()> {
        // What was cancelled there is to be said after all.
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

    /// Gives up some of what has waited since before a moment, and was handed on; returns its alerts, and whether there may be more.
    pub async fn expire_notifications(
        &mut self,
        channel: i64,
        before: i64,
        reason: &str,
        now: i64,
    ) -> Result<(Vec<i64>, bool)> {
        // The outer condition holds where another node changed a row meanwhile (PostgreSQL, READ COMMITTED).
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

    /// Hands some of what a channel still had to tell, or held back, to its fallback, if it has one, and ends it there; returns
    /// whether there may be more.
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

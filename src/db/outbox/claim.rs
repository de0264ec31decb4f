//! Leases due rows to a sender, and records the outcome of its attempt.

use app::types::Severity;
use sqlx::QueryBuilder;

use super::{AlertText, Candidate, DueNotification, WORST};
use crate::db::bulk::{PRESENT, pieces, push_ids};
use crate::db::{Db, Result, Tx, on};

/// The outcome of an attempt, as column values.
#[derive(Clone, Copy, Debug)]
pub struct Ended<'a> {
    /// New status: `sent`, `failed`, or `pending` to retry.
    pub status: &'a str,
    /// Why it failed; `None` keeps the present reason.
    pub reason: Option<&'a str>,
    /// Error of this attempt; `None` clears the previous one.
    pub error: Option<&'a str>,
    /// The provider's response, verbatim.
    pub response: Option<&'a str>,
    /// Id of the first row of the digest; `None` if the message had a single row.
    pub digest: Option<i64>,
    /// Time of the retry, Unix milliseconds; `None` keeps the present one.
    pub due_at: Option<i64>,
}

impl Db {
    /// Due rows of a channel that no sender holds: most severe first, then oldest first.
    pub async fn list_waiting_to_tell(&self, channel: i64, now: i64, limit: i64) -> Result<Vec<DueNotification>> {
        let sql = format!(
            "select n.id, n.kind, n.severity, n.due_at from notification_logs n where n.channel_id = $1 \
             and n.status = 'pending' and n.due_at <= $2 and (n.lease_until is null or n.lease_until <= $3) \
             order by {WORST}, n.id limit $4"
        );
        on!(read self, pool => {
            let query = sqlx::query_as(sqlx::AssertSqlSafe(sql.clone())).bind(channel).bind(now).bind(now);
            query.bind(limit).fetch_all(pool).await
        })
    }

    /// The texts of these alerts, in no particular order.
    pub async fn list_told_texts(&self, alerts: &[i64]) -> Result<Vec<AlertText>> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new("select a.id, a.title, a.message, s.name as source, a.created_at as opened_at, \
                 a.ended_at from alerts a join webhook_sources s on s.id = a.webhook_source_id where a.id in (");
            push_ids(&mut sql, alerts.iter().map(Some));
            sql.push(")").build_query_as().persistent(false).fetch_all(pool).await
        })
    }
}

impl Tx {
    /// Locks alerts in ascending order of ids, like every transaction that locks several, which prevents deadlocks. No-op on
    /// SQLite, which has a single writer.
    pub async fn lock_told_alerts(&mut self, alerts: &[i64]) -> Result<()> {
        if matches!(self, Self::Sqlite(..)) {
            return Ok(());
        }
        let mut alerts = alerts.to_vec();
        alerts.sort_unstable();
        for piece in pieces(&alerts) {
            on!(tx self, conn => {
                let mut sql = QueryBuilder::new("select id from alerts where id in (");
                push_ids(&mut sql, piece);
                sql.push(") order by id for update").build().fetch_all(conn).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Locks the alerts of these rows, so that a concurrent mute, acknowledge or resolve is either seen by the delivery
    /// gate or waits until its decision is committed.
    pub async fn lock_alerts_of(&mut self, ids: &[i64]) -> Result<()> {
        const SQL: &str = "select distinct alert_id from notification_logs where alert_id is not null and id in (";
        if matches!(self, Self::Sqlite(..)) {
            return Ok(());
        }
        let mut alerts: Vec<i64> = Vec::new();
        for piece in pieces(ids) {
            alerts.extend(on!(tx self, conn => {
                let mut sql = QueryBuilder::new(SQL);
                push_ids(&mut sql, piece);
                sql.push(")").build_query_scalar::<i64>().fetch_all(conn).await
            })?);
        }
        self.lock_told_alerts(&alerts).await
    }

    /// Pending rows among these that no sender holds, locked until the commit. Rows locked by another node are skipped.
    pub async fn lock_candidates(&mut self, ids: &[i64], now: i64) -> Result<Vec<Candidate>> {
        const SQL: &str = "select n.id, n.alert_id, n.kind, n.episode, n.attempts, n.error_message, n.created_at, n.reason, \
             n.held_until, a.state, a.severity, a.muted_until, a.ended_at from notification_logs n join alerts a on a.id = n.alert_id \
             where n.status = 'pending' and (n.lease_until is null or n.lease_until <= ";
        let lock = if matches!(self, Self::Postgres(..)) { " for update of n skip locked" } else { "" };
        let mut rows = Vec::with_capacity(ids.len());
        for piece in pieces(ids) {
            rows.extend(on!(tx self, conn => {
                let mut sql = QueryBuilder::new(SQL);
                sql.push_bind(now).push(") and n.id in (");
                push_ids(&mut sql, piece);
                sql.push(") order by n.id").push(lock).build_query_as::<Candidate>().fetch_all(conn).await
            })?);
        }
        Ok(rows)
    }

    /// Sets the due time of pending rows, Unix milliseconds.
    pub async fn postpone_notifications(&mut self, ids: &[i64], until: i64) -> Result<()> {
        for piece in pieces(ids) {
            on!(tx self, conn => {
                let mut sql = QueryBuilder::new("update notification_logs set due_at = ");
                sql.push_bind(until).push(" where status = 'pending' and id in (");
                push_ids(&mut sql, piece);
                sql.push(")").build().execute(conn).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Leases rows until `lease_until` (Unix milliseconds) and counts an attempt. They must be locked by
    /// [`Self::lock_candidates`].
    pub async fn lease_notifications(&mut self, ids: &[i64], now: i64, lease_until: i64) -> Result<()> {
        for piece in pieces(ids) {
            on!(tx self, conn => {
                let mut sql = QueryBuilder::new("update notification_logs set attempts = attempts + 1, lease_until = ");
                sql.push_bind(lease_until).push(", updated_at = ").push_bind(now).push(" where id in (");
                push_ids(&mut sql, piece);
                sql.push(")").build().execute(conn).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Ends the lease of rows and records the outcome. Returns the ids that still had exactly this lease; rows that another
    /// sender has claimed since are left alone (fencing).
    pub async fn end_notifications(
        &mut self,
        ids: &[i64],
        lease_until: i64,
        ended: Ended<'_>,
        now: i64,
    ) -> Result<Vec<i64>> {
        let mut ours = Vec::with_capacity(ids.len());
        for piece in pieces(ids) {
            ours.extend(on!(tx self, conn => {
                let mut sql = QueryBuilder::new("update notification_logs set lease_until = null, status = ");
                sql.push_bind(ended.status.to_owned()).push(", reason = coalesce(").push_bind(ended.reason.map(str::to_owned));
                sql.push(", reason), error_message = ").push_bind(ended.error.map(str::to_owned));
                sql.push(", provider_response = ").push_bind(ended.response.map(str::to_owned));
                sql.push(", due_at = coalesce(").push_bind(ended.due_at).push(", due_at), digest_id = ").push_bind(ended.digest).push(", updated_at = ").push_bind(now);
                sql.push(" where status = 'pending' and lease_until = ").push_bind(lease_until).push(" and id in (");
                push_ids(&mut sql, piece);
                sql.push(") returning id").build_query_scalar::<i64>().fetch_all(conn).await
            })?);
        }
        Ok(ours)
    }

    /// Records what a channel was last sent of alerts, as `(alert, severity, is_alarm, is_end)`. A message that is no alarm
    /// updates neither severity nor `told_at`.
    pub async fn record_last_sent(
        &mut self,
        channel: i64,
        told: &[(i64, Severity, bool, bool)],
        now: i64,
    ) -> Result<()> {
        const INSERT: &str = "insert into alert_told (alert_id, channel_id, severity, is_end, told_at, said_at) \
             select rows.column1, rows.column2, rows.column3, rows.column4, rows.column5, rows.column5 from (";
        const ALARM: &str = " on conflict (alert_id, channel_id) do update set is_end = excluded.is_end, \
             severity = excluded.severity, told_at = excluded.told_at, said_at = excluded.said_at";
        const END: &str = " on conflict (alert_id, channel_id) do update set is_end = excluded.is_end, \
             said_at = excluded.said_at";
        for (is_alarm, conflict) in [(true, ALARM), (false, END)] {
            let some: Vec<_> = told.iter().filter(|told| told.2 == is_alarm).collect();
            for piece in pieces(&some) {
                on!(tx self, conn => {
                    let mut sql = QueryBuilder::new(INSERT);
                    sql.push_values(piece, |mut row, told| {
                        row.push_bind(told.map(|told| told.0)).push_bind(told.map(|_| channel))
                            .push_bind(told.map(|told| told.1.as_str())).push_bind(told.map(|told| told.3)).push_bind(told.map(|_| now));
                    });
                    sql.push(PRESENT).push(conflict).build().execute(conn).await.map(drop)
                })?;
            }
        }
        Ok(())
    }
}

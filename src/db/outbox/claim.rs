//! Taking what is due, so that no other sender does at the same time, and what came of it.

use app::types::Severity;
use sqlx::QueryBuilder;

use super::{AlertText, Candidate, DueNotification, WORST};
use crate::db::bulk::{PRESENT, pieces, push_ids};
use crate::db::{Db, Result, Tx, on};

/// What came of an attempt.
#[derive(Clone, Copy, Debug)]
pub struct Ended<'a> {
    pub status: &'a str,
    pub reason: Option<&'a str>,
    /// Kept until it is sent.
    pub error: Option<&'a str>,
    pub response: Option<&'a str>,
    pub digest: Option<i64>,
    /// When it is due again, if not at once.
    pub due_at: Option<i64>,
}

impl Db {
    /// What a channel has to tell now: the worst first, then the oldest.
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

    /// What a message says of these alerts.
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
    /// Locks alerts in the order of their ids, as all do that lock several; SQLite has one writer.
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

    /// Locks the alerts of rows: who mutes, acknowledges or ends one meanwhile goes before or after, and never in between.
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

    /// Rows that no other sender holds, locked until the commit.
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

    /// Has rows wait until a moment.
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

    /// Takes rows until `lease_until`.
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

    /// Writes what came of an attempt. Returns those that were still held by the lease that ends then: what another sender
    /// has taken since is its own.
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

    /// Notes what a channel was told: of each alert the severity, whether that is an alarm, and whether it is an end.
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

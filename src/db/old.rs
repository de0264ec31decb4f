//! Retention: finds expired rows by an index and deletes them in batches.

use super::{Db, Result, Searched, Tx, on};

/// A kind of row that expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Old {
    /// Per-minute statistics, which are folded into hours.
    Minutes,
    /// Timeline entries, except for the newest one: its id is the position of the live stream.
    Activity,
    /// Notifications that are neither pending nor held.
    Notifications,
    /// Deduplication keys, by their last use, unless muted.
    Keys,
    /// The audit log.
    Audit,
    /// Rejected requests.
    Quarantine,
    /// Resolved alerts, by their last change, with their timelines and notifications.
    Alerts,
    /// Notices, by their creation.
    Notices,
    /// Events that are processed or failed, by their receipt.
    Events,
}

/// Most rows deleted in one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Of the kind itself.
    pub rows: i64,
    /// Of the timelines and notifications that are deleted before their alerts.
    pub parts: i64,
}

/// What a transaction deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// That many rows of the kind itself.
    Rows(i64),
    /// That many timeline entries or notifications; their alerts are still there.
    Parts(i64),
}

impl Old {
    /// All kinds, in the order in which the pruner visits them.
    pub const ALL: [Self; 9] = [
        Self::Minutes,
        Self::Activity,
        Self::Notifications,
        Self::Keys,
        Self::Audit,
        Self::Quarantine,
        Self::Alerts,
        Self::Notices,
        Self::Events,
    ];

    /// Selects the keys of up to `$2` rows from before `$1` (Unix milliseconds).
    const fn found(self) -> &'static str {
        match self {
            Self::Minutes => "select minute from stats_minute where minute % 3600000 <> 0 and minute < $1 limit $2",
            // Ids follow commit order, so the oldest rows have the smallest ids, and no index on the time is needed.
            Self::Activity => {
                "select id from (select id, created_at from alert_activity order by id limit $2) as oldest \
                 where created_at < $1 and id < (select max(id) from alert_activity)"
            }
            Self::Notifications => {
                "select id from notification_logs where created_at < $1 and status not in ('pending', 'held') \
                 order by created_at limit $2"
            }
            Self::Keys => {
                "select dedup_key from alert_keys where updated_at < $1 and (muted_until is null or muted_until < $1) \
                 order by updated_at limit $2"
            }
            Self::Audit => "select id from audit_log where created_at < $1 order by created_at limit $2",
            Self::Quarantine => "select id from quarantine where created_at < $1 order by created_at limit $2",
            Self::Alerts => {
                "select id from alerts where state <> 'open' and state <> 'acknowledged' and updated_at < $1 \
                 and id <> coalesce((select alert_id from alert_activity order by id desc limit 1), 0) \
                 order by updated_at limit $2"
            }
            Self::Notices => {
                "select id from alerts where is_notice and last_seen_at < $1 \
                 and id <> coalesce((select alert_id from alert_activity order by id desc limit 1), 0) \
                 order by last_seen_at limit $2"
            }
            // Pending events, such as after a bulk reprocess, are skipped; the inner limit bounds how many are scanned.
            Self::Events => {
                "select id from (select id, status from webhook_events where created_at < $1 order by created_at, id \
                 limit 2000) as oldest where status in ('processed', 'failed') limit $2"
            }
        }
    }

    /// Table, key column, and the condition that is rechecked by the `delete` itself.
    const fn place(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Minutes => ("stats_minute", "minute", ""),
            Self::Activity => ("alert_activity", "id", ""),
            Self::Notifications => ("notification_logs", "id", " and status not in ('pending', 'held')"),
            Self::Keys => ("alert_keys", "dedup_key", ""),
            Self::Audit => ("audit_log", "id", ""),
            Self::Quarantine => ("quarantine", "id", ""),
            Self::Alerts => ("alerts", "id", " and state <> 'open' and state <> 'acknowledged'"),
            Self::Notices => ("alerts", "id", " and is_notice"),
            Self::Events => ("webhook_events", "id", " and status in ('processed', 'failed')"),
        }
    }

    fn removal(self) -> String {
        let (table, key, still) = self.place();
        format!("delete from {table} where {key} in ({}){still}", self.found())
    }
}

impl Db {
    /// Whether there are rows to remove from before a time, Unix milliseconds.
    pub async fn has_old(&self, what: Old, before: i64) -> Result<bool> {
        let sql = format!("select exists ({})", what.found());
        on!(read self, conn => {
            sqlx::query_scalar(sqlx::AssertSqlSafe(sql.clone())).bind(before).bind(1_i64).fetch_one(conn).await
        })
    }
}

impl Tx {
    /// Deletes one batch of rows from before a time, Unix milliseconds. Timelines and notifications of alerts are deleted in
    /// batches of their own first, which keeps the cascade of the foreign keys short.
    pub async fn remove_old(&mut self, what: Old, before: i64, batch: Batch) -> Result<Removed> {
        let limit = batch.rows;
        if matches!(what, Old::Alerts | Old::Notices)
            && let parts @ 1.. = self.remove_parts_of_old(what, before, batch).await?
        {
            return Ok(Removed::Parts(parts));
        }
        let rows = match what {
            Old::Minutes => self.fold_minutes(before, limit).await,
            Old::Alerts | Old::Notices => self.remove_with_words(what, Searched::Alert, before, limit).await,
            Old::Events => self.remove_with_words(what, Searched::Event, before, limit).await,
            _ => {
                let sql = sqlx::AssertSqlSafe(what.removal());
                on!(tx self, conn => {
                    Ok(sqlx::query(sql).bind(before).bind(limit).execute(conn).await?.rows_affected() as i64)
                })
            }
        };
        rows.map(Removed::Rows)
    }

    async fn remove_with_words(&mut self, what: Old, kind: Searched, before: i64, limit: i64) -> Result<i64> {
        let sql = sqlx::AssertSqlSafe(format!("{} returning id", what.removal()));
        let ids: Vec<i64> =
            on!(tx self, conn => sqlx::query_scalar(sql).bind(before).bind(limit).fetch_all(conn).await)?;
        self.forget_words(kind, &ids).await?;
        if kind == Searched::Event {
            self.remove_payloads(&ids).await?;
        }
        Ok(ids.len() as i64)
    }

    /// Deletes timeline entries or notifications of the alerts that are next; returns the number of rows.
    async fn remove_parts_of_old(&mut self, what: Old, before: i64, batch: Batch) -> Result<i64> {
        for (table, still) in [
            ("alert_activity", "where p.id < (select max(id) from alert_activity)"),
            ("notification_logs", "where p.status not in ('pending', 'held')"),
        ] {
            let sql = format!(
                "delete from {table} where id in (select p.id from ({}) as old join {table} p on p.alert_id = old.id {still} limit $3)",
                what.found()
            );
            let removed = on!(tx self, conn => {
                let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(before).bind(batch.rows).bind(batch.parts);
                Ok(query.execute(conn).await?.rows_affected() as i64)
            })?;
            if removed > 0 {
                return Ok(removed);
            }
        }
        Ok(0)
    }
}

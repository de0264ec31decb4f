//! The notification log: reading it, and retrying what failed.

use app::types::{Cursor, Notification, NotificationQuery};
use sqlx::QueryBuilder;

use crate::db::bulk::{pieces, push_ids};
use crate::db::filter::{Filter, newest_of, one_each};
use crate::db::{Db, Result, Tx, on};

/// [`Db::list_messages`] ignores rows queued longer than this before `since`, in milliseconds, to bound what it reads.
const LONGEST_WAIT: i64 = 24 * 60 * 60_000;

const SLIM: &str = "select n.id, n.alert_id, n.channel_id, n.channel, n.recipient, n.kind, n.episode, n.digest_id, \
     n.status, n.attempts, n.due_at, n.lease_until, n.error_message, n.provider_response, n.created_at, n.updated_at, \
     n.severity, n.reason, n.held_until, a.title, \
     substr(c.name, 1, length(c.name) - case when c.deleted_at is null then 0 else length('~' || c.id) end) as channel_name \
     from notification_logs n join alerts a on a.id = n.alert_id \
     left join channels c on c.id = n.channel_id";

impl Tx {
    /// Ids of the failed and cancelled alarms of these alerts.
    pub async fn list_given_up(&mut self, alerts: &[i64]) -> Result<Vec<i64>> {
        let mut ids = Vec::new();
        for piece in pieces(alerts) {
            ids.extend(on!(tx self, conn => {
                let mut sql = QueryBuilder::new("select id from notification_logs where status in ('failed', 'cancelled') \
                     and kind <> 'resolved' and alert_id in (");
                push_ids(&mut sql, piece);
                sql.push(")").build_query_scalar::<i64>().fetch_all(conn).await
            })?);
        }
        Ok(ids)
    }

    /// Makes failed and cancelled rows due again and resets their attempts; returns their number. Skips deleted channels.
    pub async fn retry_notifications(&mut self, ids: &[i64], now: i64) -> Result<u64> {
        let mut retried = 0;
        for piece in pieces(ids) {
            retried += on!(tx self, conn => {
                let mut sql = QueryBuilder::new("update notification_logs set status = 'pending', attempts = 0, reason = null, \
                     fallback_at = null, lease_until = null, due_at = ");
                sql.push_bind(now).push(", updated_at = ").push_bind(now);
                sql.push(" where status in ('failed', 'cancelled') and channel_id in (select id from channels where deleted_at is null) \
                     and id in (");
                push_ids(&mut sql, piece);
                Ok::<u64, sqlx::Error>(sql.push(")").build().execute(conn).await?.rows_affected())
            })?;
        }
        Ok(retried)
    }
}

impl Db {
    /// A page of the log, newest first: up to `limit + 1`, so that the caller knows whether there is a next page.
    pub async fn list_notifications(
        &self,
        query: &NotificationQuery,
        cursor: Option<Cursor>,
        limit: i64,
    ) -> Result<Vec<Notification>> {
        let mut found = Vec::new();
        for part in parts(query) {
            found.extend(self.list_notification_part(&part, cursor, limit).await?);
        }
        Ok(newest_of(found, limit, |n: &Notification| (n.created_at, n.id)))
    }

    async fn list_notification_part(
        &self,
        query: &NotificationQuery,
        cursor: Option<Cursor>,
        limit: i64,
    ) -> Result<Vec<Notification>> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new(SLIM);
            let mut filter = Filter::new(&mut sql);
            filter.one_of("n.status", &query.status).one_of("n.channel", &query.channel).one_of("n.kind", &query.kind)
                .number("n.channel_id", query.channel_id).number("n.alert_id", query.alert_id)
                .between("n.created_at", query.from, query.to).after("n", cursor).newest("n", limit + 1);
            sql.build_query_as().fetch_all(pool).await
        })
    }

    /// Whether one of these channels was sent this alert, or an attempt is under way. `channels` must not be empty.
    pub async fn is_known_to(&self, alert_id: i64, channels: &[i64]) -> Result<bool> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new("select exists (select 1 from notification_logs where attempts > 0 and alert_id = ");
            sql.push_bind(alert_id).push(" and channel_id in (");
            push_ids(&mut sql, channels.iter().map(Some));
            sql.push("))").build_query_scalar().persistent(false).fetch_one(pool).await
        })
    }

    /// Messages sent since a time (Unix milliseconds), as `(channel, sent at)`, oldest first. The rows of a digest
    /// share their time and count once.
    pub async fn list_messages(&self, since: i64) -> Result<Vec<(i64, i64)>> {
        const SQL: &str = "select distinct channel_id, updated_at from notification_logs where channel_id is not null \
             and attempts > 0 and updated_at > $1 and created_at > $2 order by updated_at";
        on!(read self, pool => {
            sqlx::query_as(SQL).bind(since).bind(since - LONGEST_WAIT).fetch_all(pool).await
        })
    }
}

/// The queries whose union is this one, with one status each: an index serves a single status in order, several would have
/// to be sorted.
fn parts(query: &NotificationQuery) -> Vec<NotificationQuery> {
    one_each(&query.status).into_iter().map(|status| NotificationQuery { status, ..query.clone() }).collect()
}

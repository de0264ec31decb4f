//! `notification_logs`: the outbox, and the log of every attempt.

use app::types::{ChannelKind, Cursor, Notification, NotificationKind, NotificationQuery, Severity};
use sqlx::QueryBuilder;

use super::filter::{Filter, newest_of, one_each};
use super::{Db, Result, Tx, on};

/// An alert to be told by a channel.
#[derive(Clone, Debug)]
pub struct NewNotification {
    pub alert_id: i64,
    pub channel_id: i64,
    pub channel: ChannelKind,
    pub recipient: String,
    pub kind: NotificationKind,
    pub episode: i64,
    pub severity: Severity,
    pub now: i64,
}

/// A notification that a sender may take, with what it tells of.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Due {
    pub id: i64,
    pub alert_id: i64,
    #[sqlx(try_from = "String")]
    pub kind: NotificationKind,
    pub episode: i64,
    pub attempts: i64,
    pub created_at: i64,
    pub error_message: Option<String>,
    pub title: String,
    pub message: String,
    #[sqlx(try_from = "String")]
    pub severity: Severity,
    pub source: String,
    pub occurrences: i64,
    /// When the alert was opened.
    pub opened_at: i64,
}

impl Due {
    /// Whether an earlier attempt died before it could be logged, so that it may have been sent.
    pub const fn may_be_a_repeat(&self) -> bool {
        self.attempts > 0 && self.error_message.is_none()
    }
}

/// Within this, in milliseconds, an alert is told again only if it got worse.
const TELL_AGAIN: i64 = 4 * 60 * 60_000;

/// What waited longer than this, in milliseconds, is not looked at when a node asks what went a moment ago.
const LONGEST_WAIT: i64 = 24 * 60 * 60_000;

const SLIM: &str = "select n.id, n.alert_id, n.channel_id, n.channel, n.recipient, n.kind, n.episode, n.digest_id, \
     n.status, n.attempts, n.due_at, n.lease_until, n.error_message, n.provider_response, n.created_at, n.updated_at, \
     n.severity, a.title, \
     substr(c.name, 1, length(c.name) - case when c.deleted_at is null then 0 else length('~' || c.id) end) as channel_name \
     from notification_logs n join alerts a on a.id = n.alert_id \
     left join channels c on c.id = n.channel_id";

const RANK: &str = "case {} when 'critical' then 3 when 'error' then 2 when 'warning' then 1 else 0 end";

impl Tx {
    /// Writes a notification, once; returns its id if it is new.
    pub async fn insert_notification(&mut self, new: &NewNotification) -> Result<Option<i64>> {
        const SQL: &str = "insert into notification_logs (alert_id, channel_id, channel, recipient, kind, episode, \
             severity, due_at, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
             on conflict do nothing returning id";
        on!(tx self, conn => {
            let query = sqlx::query_scalar(SQL).bind(new.alert_id).bind(new.channel_id).bind(new.channel.as_str());
            let query = query.bind(&new.recipient).bind(new.kind.as_str()).bind(new.episode);
            let query = query.bind(new.severity.as_str()).bind(new.now).bind(new.now).bind(new.now);
            query.fetch_optional(conn).await
        })
    }

    /// Whether a repeat is news to a channel: it got worse than what was told, or was told long ago.
    pub async fn is_news(&mut self, alert_id: i64, channel_id: i64, severity: Severity, now: i64) -> Result<bool> {
        let sql = format!(
            "select not exists (select 1 from notification_logs where alert_id = $1 and channel_id = $2 \
             and kind in ('opened', 'repeated') and created_at > $3 and {} >= $4) \
             and not exists (select 1 from alerts where id = $5 and muted_until > $6)",
            RANK.replace("{}", "severity")
        );
        on!(tx self, conn => {
            let query = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(alert_id).bind(channel_id);
            query.bind(now - TELL_AGAIN).bind(severity as i64).bind(alert_id).bind(now).fetch_one(conn).await
        })
    }

    /// Whether a channel was told that an alert opened.
    pub async fn was_told(&mut self, alert_id: i64, channel_id: i64) -> Result<bool> {
        const SQL: &str = "select exists (select 1 from notification_logs where alert_id = $1 and channel_id = $2 \
             and kind in ('opened', 'repeated'))";
        on!(tx self, conn => sqlx::query_scalar(SQL).bind(alert_id).bind(channel_id).fetch_one(conn).await)
    }

    /// Takes notifications until `lease_until`; what another sender holds is left out.
    pub async fn claim_notifications(&mut self, ids: &[i64], now: i64, lease_until: i64) -> Result<Vec<i64>> {
        on!(tx self, conn => {
            let mut sql = QueryBuilder::new("update notification_logs set attempts = attempts + 1, lease_until = ");
            sql.push_bind(lease_until).push(", updated_at = ").push_bind(now);
            sql.push(" where status = 'pending' and (lease_until is null or lease_until <= ").push_bind(now);
            sql.push(") and id in (");
            let mut list = sql.separated(", ");
            ids.iter().for_each(|id| { list.push_bind(*id); });
            sql.push(") returning id").build_query_scalar().persistent(false).fetch_all(conn).await
        })
    }

    /// What came of an attempt: sent, failed for good, or due again; `error_message` is kept until it is sent. Returns
    /// those that were still held by the lease that ends then: what another sender has taken since is its own.
    pub async fn end_notifications(
        &mut self,
        (ids, lease_until): (&[i64], i64),
        (status, due_at): (&str, Option<i64>),
        (error, response, digest): (Option<&str>, Option<&str>, Option<i64>),
        now: i64,
    ) -> Result<Vec<i64>> {
        on!(tx self, conn => {
            let mut sql = QueryBuilder::new("update notification_logs set lease_until = null, status = ");
            sql.push_bind(status.to_owned()).push(", due_at = coalesce(").push_bind(due_at).push(", due_at), error_message = ");
            sql.push_bind(error.map(str::to_owned)).push(", provider_response = ").push_bind(response.map(str::to_owned));
            sql.push(", digest_id = ").push_bind(digest).push(", updated_at = ").push_bind(now);
            sql.push(" where status = 'pending' and lease_until = ").push_bind(lease_until).push(" and id in (");
            let mut list = sql.separated(", ");
            ids.iter().for_each(|id| { list.push_bind(*id); });
            sql.push(") returning id").build_query_scalar().persistent(false).fetch_all(conn).await
        })
    }

    /// Hands what a channel still had to tell to its fallback, if it has one, and ends it there.
    pub async fn hand_over_notifications(&mut self, channel: i64, now: i64) -> Result<()> {
        const TO_FALLBACK: &str = "insert into notification_logs (alert_id, channel_id, channel, recipient, kind, \
             episode, severity, due_at, created_at, updated_at) \
             select n.alert_id, f.id, f.kind, f.recipient, n.kind, n.episode, n.severity, $1, $2, $3 \
             from notification_logs n join channels c on c.id = n.channel_id join channels f on f.id = c.fallback_id \
             where n.channel_id = $4 and n.status = 'pending' on conflict do nothing";
        const END: &str = "update notification_logs set status = 'failed', error_message = 'the channel was deleted', \
             lease_until = null, updated_at = $1 where channel_id = $2 and status = 'pending' returning alert_id";
        let mut alerts: Vec<i64> = on!(tx self, conn => {
            let handed = sqlx::query(TO_FALLBACK).bind(now).bind(now).bind(now).bind(channel);
            handed.execute(&mut *conn).await?;
            sqlx::query_scalar(END).bind(now).bind(channel).fetch_all(conn).await
        })?;
        alerts.sort_unstable();
        alerts.dedup();
        self.mark_untold(&alerts).await
    }

    /// Makes a failed notification due again; false if there is none such.
    pub async fn retry_notification(&mut self, id: i64, now: i64) -> Result<bool> {
        const SQL: &str = "update notification_logs set status = 'pending', attempts = 0, due_at = $1, lease_until = null, \
             updated_at = $2 where id = $3 and status = 'failed' \
             and channel_id in (select id from channels where deleted_at is null)";
        on!(tx self, conn => Ok(sqlx::query(SQL).bind(now).bind(now).bind(id).execute(conn).await?.rows_affected() > 0))
    }
}

impl Db {
    /// A page of the log, newest first.
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

    /// What a channel has to tell now: the worst first, then the oldest.
    pub async fn due_notifications(&self, channel: i64, now: i64, limit: i64) -> Result<Vec<Due>> {
        let sql = format!(
            "select n.id, n.alert_id, n.kind, n.episode, n.attempts, n.created_at, n.error_message, a.title, a.message, a.severity, \
             s.name as source, a.occurrences, a.created_at as opened_at from notification_logs n \
             join alerts a on a.id = n.alert_id join webhook_sources s on s.id = a.webhook_source_id \
             where n.channel_id = $1 and n.status = 'pending' and n.due_at <= $2 \
             and (n.lease_until is null or n.lease_until <= $3) order by {WORST}, n.id limit $4"
        );
        on!(read self, pool => {
            let query = sqlx::query_as(sqlx::AssertSqlSafe(sql.clone())).bind(channel).bind(now).bind(now);
            query.bind(limit).fetch_all(pool).await
        })
    }

    /// Whether one of these channels was told of an alert, or is being told now.
    pub async fn is_known_to(&self, alert_id: i64, channels: &[i64]) -> Result<bool> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new("select exists (select 1 from notification_logs where attempts > 0 and alert_id = ");
            sql.push_bind(alert_id).push(" and channel_id in (");
            let mut list = sql.separated(", ");
            channels.iter().for_each(|id| { list.push_bind(*id); });
            sql.push("))").build_query_scalar().persistent(false).fetch_one(pool).await
        })
    }

    /// When messages set out since a moment, oldest first, as `(channel, moment)`; those of a digest set out as one.
    pub async fn list_messages(&self, since: i64) -> Result<Vec<(i64, i64)>> {
        const SQL: &str = "select distinct channel_id, updated_at from notification_logs where channel_id is not null \
             and attempts > 0 and updated_at > $1 and created_at > $2 order by updated_at";
        on!(read self, pool => {
            sqlx::query_as(SQL).bind(since).bind(since - LONGEST_WAIT).fetch_all(pool).await
        })
    }
}

/// The lists that make up this one: an index serves one status in order, several only sorted.
fn parts(query: &NotificationQuery) -> Vec<NotificationQuery> {
    one_each(&query.status).into_iter().map(|status| NotificationQuery { status, ..query.clone() }).collect()
}

/// As the index has it: what it was when it was queued, since a rise is told anew.
const WORST: &str = "case n.severity when 'critical' then 0 when 'error' then 1 when 'warning' then 2 else 3 end";

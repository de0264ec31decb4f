//! `alerts`: what events mean to people.

use app::types::{Alert, AlertChange, AlertQuery, Cursor, Severity};
use serde_json::{Map, Value};
use sqlx::QueryBuilder;
use sqlx::types::Json;

use super::bulk::{PRESENT, pieces};
use super::filter::{Dialect, Filter};
use super::{Db, Result, Tx, on};

/// An alert to be opened, or to be counted on the open one with its key.
#[derive(Clone, Debug)]
pub struct NewAlert {
    pub webhook_event_id: i64,
    pub position: i64,
    pub webhook_source_id: i64,
    pub title: String,
    pub message: String,
    pub severity: Severity,
    pub metadata: Map<String, Value>,
    pub dedup_key: Option<String>,
    /// When the event was received.
    pub seen_at: i64,
}

/// The alert that stands for a [`NewAlert`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Opened {
    pub id: i64,
    /// The event that opened it: another than ours means it was open already.
    pub webhook_event_id: Option<i64>,
    pub position: i64,
}

/// The columns of a slim alert.
pub const COLUMNS: &str = "a.id, a.webhook_event_id, a.position, a.webhook_source_id, a.title, a.message, a.severity, \
     a.metadata, a.is_read, a.state, a.dedup_key, a.occurrences, a.last_seen_at, a.muted_until, a.created_at, \
     a.updated_at, s.slug as source, s.name as source_name, s.provider, e.event_type";

/// Where they come from.
pub const TABLES: &str = " from alerts a join webhook_sources s on s.id = a.webhook_source_id \
     left join webhook_events e on e.id = a.webhook_event_id";

const INSERT: &str = "insert into alerts (webhook_event_id, position, webhook_source_id, title, message, severity, \
     metadata, dedup_key, last_seen_at, created_at, updated_at) select * from (";

/// A repeat counts, may raise the severity, and is news again when it does.
const REPEAT: &str = " on conflict (dedup_key) where dedup_key is not null and state <> 'resolved' do update set \
     occurrences = alerts.occurrences + 1, updated_at = excluded.updated_at, \
     last_seen_at = case when excluded.last_seen_at > alerts.last_seen_at then excluded.last_seen_at else alerts.last_seen_at end, \
     is_read = case when {excluded} > {present} then false else alerts.is_read end, \
     severity = case when {excluded} > {present} then excluded.severity else alerts.severity end";

impl Tx {
    /// Opens alerts without a key; each is new.
    pub async fn insert_alerts(&mut self, alerts: &[NewAlert]) -> Result<Vec<Opened>> {
        let mut opened = Vec::with_capacity(alerts.len());
        for piece in pieces(alerts) {
            opened.extend(self.insert_alert_piece(piece, "").await?);
        }
        Ok(opened)
    }

    /// Opens an alert, or counts it on the open one with the same key.
    pub async fn upsert_alert(&mut self, alert: &NewAlert) -> Result<Opened> {
        let repeat = REPEAT.replace("{excluded}", &rank("excluded")).replace("{present}", &rank("alerts"));
        let opened = self.insert_alert_piece(std::iter::once(Some(alert)), &repeat).await?;
        opened.into_iter().next().ok_or(sqlx::Error::RowNotFound)
    }

    async fn insert_alert_piece(
        &mut self,
        rows: impl Iterator<Item = Option<&NewAlert>>,
        conflict: &str,
    ) -> Result<Vec<Opened>> {
        on!(tx self, conn => {
            let mut query = QueryBuilder::new(INSERT);
            query.push_values(rows, |mut row, a| {
                row.push_bind(a.map(|a| a.webhook_event_id)).push_bind(a.map(|a| a.position))
                    .push_bind(a.map(|a| a.webhook_source_id)).push_bind(a.map(|a| &a.title))
                    .push_bind(a.map(|a| &a.message)).push_bind(a.map(|a| a.severity.as_str()))
                    .push_bind(a.map(|a| Json(&a.metadata))).push_bind(a.and_then(|a| a.dedup_key.as_ref()))
                    .push_bind(a.map(|a| a.seen_at)).push_bind(a.map(|a| a.seen_at)).push_bind(a.map(|a| a.seen_at));
            });
            query.push(PRESENT).push(conflict).push(" returning id, webhook_event_id, position");
            query.build_query_as().fetch_all(conn).await
        })
    }

    /// Resolves the open alert with that key unless something newer was seen; returns its id.
    pub async fn resolve_alert(&mut self, key: &str, seen_at: i64, now: i64) -> Result<Option<i64>> {
        const SQL: &str = "update alerts set state = 'resolved', updated_at = $1 \
             where dedup_key = $2 and state <> 'resolved' and last_seen_at <= $3 returning id";
        on!(tx self, conn => sqlx::query_scalar(SQL).bind(now).bind(key).bind(seen_at).fetch_optional(conn).await)
    }

    /// Changes the alerts that match and are not so already; returns their ids.
    pub async fn change_alerts(
        &mut self,
        change: AlertChange,
        query: &AlertQuery,
        ids: Option<&[i64]>,
        now: i64,
    ) -> Result<Vec<i64>> {
        let (set, unless) = assignment(change);
        on!(tx self, conn => {
            let mut sql = QueryBuilder::new("update alerts set ");
            sql.push(set).push(", updated_at = ").push_bind(now).push(" where ").push(unless);
            sql.push(" and id in (select a.id from alerts a join webhook_sources s on s.id = a.webhook_source_id");
            let mut filter = Filter::new(&mut sql);
            narrow(&mut filter, query);
            if let Some(ids) = ids {
                filter.ids("a.id", ids);
            }
            sql.push(") returning id");
            sql.build_query_scalar().persistent(false).fetch_all(conn).await
        })
    }
}

impl Db {
    /// A page of alerts, newest first.
    pub async fn list_alerts(&self, query: &AlertQuery, cursor: Option<Cursor>, limit: i64) -> Result<Vec<Alert>> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new("select ");
            sql.push(COLUMNS).push(TABLES);
            let mut filter = Filter::new(&mut sql);
            narrow(&mut filter, query).after("a", cursor).newest("a", limit);
            sql.build_query_as().fetch_all(pool).await
        })
    }

    /// One alert.
    pub async fn find_alert(&self, id: i64) -> Result<Option<Alert>> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new("select ");
            sql.push(COLUMNS).push(TABLES).push(" where a.id = ").push_bind(id);
            sql.build_query_as().fetch_optional(pool).await
        })
    }
}

fn narrow<'f, 'q, DB: Dialect>(filter: &'f mut Filter<'q, DB>, query: &AlertQuery) -> &'f mut Filter<'q, DB> {
    filter
        .one_of("a.severity", &query.severity)
        .flag("a.is_read", query.is_read)
        .one_of("a.state", &query.state)
        .text("s.slug", query.source.as_deref())
        .between("a.created_at", query.from, query.to)
        .contains(["a.title", "a.message"], query.q.as_deref())
}

/// What a change sets, and the condition under which it would change something.
const fn assignment(change: AlertChange) -> (&'static str, &'static str) {
    match change {
        AlertChange::Read => ("is_read = true", "is_read = false"),
        AlertChange::Unread => ("is_read = false", "is_read = true"),
        AlertChange::Acknowledge => ("state = 'acknowledged', is_read = true", "state = 'open'"),
        AlertChange::Resolve => ("state = 'resolved', is_read = true", "state <> 'resolved'"),
        AlertChange::Reopen => (
            "state = 'open'",
            // Of several with one key only the newest can be open.
            "state <> 'open' and not exists (select 1 from alerts other where other.dedup_key = alerts.dedup_key \
             and other.id <> alerts.id and (other.state <> 'resolved' or other.id > alerts.id))",
        ),
    }
}

/// Severity as a number, since its words do not sort.
fn rank(table: &str) -> String {
    format!("case {table}.severity when 'critical' then 3 when 'error' then 2 when 'warning' then 1 else 0 end")
}

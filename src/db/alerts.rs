//! `alerts`: what events mean to people.

use std::borrow::Cow;

use app::types::{Alert, AlertChange, AlertQuery, AlertState, Cursor, Severity, time};
use serde_json::{Map, Value};
use sqlx::QueryBuilder;
use sqlx::types::Json;

use super::bulk::{PRESENT, pieces};
use super::filter::{Dialect, Filter};
use super::{Db, Result, Searched, Tx, on};

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
    pub state: AlertState,
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
     metadata, dedup_key, state, last_seen_at, created_at, updated_at) select * from (";

/// A repeat counts, may raise the severity, and is news again when it does.
const REPEAT: &str = " on conflict (dedup_key) where dedup_key is not null and state <> 'resolved' do update set \
     occurrences = alerts.occurrences + 1, updated_at = excluded.updated_at, \
     last_seen_at = case when excluded.last_seen_at > alerts.last_seen_at then excluded.last_seen_at else alerts.last_seen_at end, \
     is_read = case when {excluded} > {present} then false else alerts.is_read end, \
     severity = case when {excluded} > {present} then excluded.severity else alerts.severity end";

/// How long an alert stays muted, in milliseconds.
pub const MUTED: i64 = time::HOUR;

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
                    .push_bind(a.map(|a| a.state.as_str())).push_bind(a.map(|a| a.seen_at)).push_bind(a.map(|a| a.seen_at)).push_bind(a.map(|a| a.seen_at));
            });
            query.push(PRESENT).push(conflict).push(" returning id, webhook_event_id, position");
            query.build_query_as().fetch_all(conn).await
        })
    }

    /// Resolves the open alert with that key; returns its id.
    pub async fn resolve_alert(&mut self, key: &str, now: i64) -> Result<Option<i64>> {
        const SQL: &str = "update alerts set state = 'resolved', updated_at = $1 \
             where dedup_key = $2 and state <> 'resolved' returning id";
        on!(tx self, conn => sqlx::query_scalar(SQL).bind(now).bind(key).fetch_optional(conn).await)
    }

    /// The alert with that key that is not resolved.
    pub async fn find_open_alert(&mut self, key: &str) -> Result<Option<i64>> {
        const SQL: &str = "select id from alerts where dedup_key = $1 and state <> 'resolved'";
        on!(tx self, conn => sqlx::query_scalar(SQL).bind(key).fetch_optional(conn).await)
    }

    /// Changes those of these alerts that are not so already; returns their ids.
    pub async fn change_alerts(&mut self, change: AlertChange, ids: &[i64], now: i64) -> Result<Vec<i64>> {
        let (set, unless) = assignment(change, now);
        on!(tx self, conn => {
            let mut sql = QueryBuilder::new("update alerts set ");
            sql.push(set).push(", updated_at = ").push_bind(now).push(" where ").push(unless).push(" and id in (");
            let mut list = sql.separated(", ");
            ids.iter().for_each(|id| { list.push_bind(*id); });
            sql.push(") returning id").build_query_scalar().persistent(false).fetch_all(conn).await
        })
    }
}

impl Db {
    /// A page of alerts, newest first.
    pub async fn list_alerts(&self, query: &AlertQuery, cursor: Option<Cursor>, limit: i64) -> Result<Vec<Alert>> {
        if let Some(q) = query.q.as_deref().filter(|q| !q.is_empty()) {
            return self.list_found(Searched::Alert, q, cursor, limit, |ids| self.list_these_alerts(query, ids)).await;
        }
        on!(read self, pool => {
            let mut sql = QueryBuilder::new("select ");
            sql.push(COLUMNS).push(TABLES);
            let mut filter = Filter::new(&mut sql);
            narrow(&mut filter, query).after("a", cursor).newest("a", limit);
            sql.build_query_as().fetch_all(pool).await
        })
    }

    async fn list_these_alerts(&self, query: &AlertQuery, ids: Vec<i64>) -> Result<Vec<Alert>> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new("select ");
            sql.push(COLUMNS).push(TABLES);
            narrow(&mut Filter::new(&mut sql), query).ids("a.id", &ids);
            sql.push(" order by a.id desc").build_query_as().persistent(false).fetch_all(pool).await
        })
    }

    /// Up to `limit` ids below `below`, newest first, of alerts that match.
    pub async fn list_alert_ids(&self, query: &AlertQuery, below: i64, limit: i64) -> Result<Vec<i64>> {
        if let Some(q) = query.q.as_deref().filter(|q| !q.is_empty()) {
            let cursor = Some(Cursor { created_at: 0, id: below });
            let found = self
                .list_found(Searched::Alert, q, cursor, limit - 1, |ids| self.list_these_alerts(query, ids))
                .await?;
            return Ok(found.iter().map(|alert| alert.id).collect());
        }
        on!(read self, pool => {
            let mut sql = QueryBuilder::new("select a.id from alerts a join webhook_sources s on s.id = a.webhook_source_id");
            narrow(&mut Filter::new(&mut sql), query).at_most("a.id", Some(below - 1));
            sql.push(" order by a.id desc limit ").push_bind(limit);
            sql.build_query_scalar().fetch_all(pool).await
        })
    }

    /// The newest alert's id; 0 before the first.
    pub async fn last_alert_id(&self) -> Result<i64> {
        const SQL: &str = "select coalesce(max(id), 0) from alerts";
        on!(read self, pool => sqlx::query_scalar(SQL).fetch_one(pool).await)
    }

    /// How many alerts match.
    pub async fn count_alerts(&self, query: &AlertQuery) -> Result<i64> {
        if query.q.as_deref().is_some_and(|q| !q.is_empty()) {
            return Ok(self.list_alert_ids(query, i64::MAX, i64::MAX - 1).await?.len() as i64);
        }
        on!(read self, pool => {
            let mut sql = QueryBuilder::new("select count(*) from alerts a join webhook_sources s on s.id = a.webhook_source_id");
            narrow(&mut Filter::new(&mut sql), query);
            sql.build_query_scalar().fetch_one(pool).await
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
    if !query.state.is_empty() && !query.state.0.contains(&AlertState::Resolved) {
        // Said in words, so that the partial indexes are seen to fit.
        filter.says("a.state <> 'resolved'");
    }
    filter
        .one_of("a.severity", &query.severity)
        .flag("a.is_read", query.is_read)
        .one_of("a.state", &query.state)
        .text("s.slug", query.source.as_deref())
        .between("a.created_at", query.from, query.to)
        .at_most("a.id", query.up_to)
}

/// What a change sets, and the condition under which it would change something.
fn assignment(change: AlertChange, now: i64) -> (Cow<'static, str>, &'static str) {
    let (set, unless) = match change {
        AlertChange::Read => ("is_read = true", "is_read = false"),
        AlertChange::Unread => ("is_read = false", "is_read = true"),
        AlertChange::Acknowledge => ("state = 'acknowledged', is_read = true", "state = 'open'"),
        AlertChange::Resolve => ("state = 'resolved', is_read = true", "state <> 'resolved'"),
        AlertChange::Mute => return (format!("muted_until = {}", now + MUTED).into(), "state <> 'resolved'"),
        AlertChange::Unmute => ("muted_until = null", "muted_until is not null"),
        AlertChange::Reopen => (
            "state = 'open'",
            // Of several with one key only the newest can be open.
            "state <> 'open' and not exists (select 1 from alerts other where other.dedup_key = alerts.dedup_key \
             and other.id <> alerts.id and (other.state <> 'resolved' or other.id > alerts.id))",
        ),
    };
    (set.into(), unless)
}

/// Severity as a number, since its words do not sort.
fn rank(table: &str) -> String {
    format!("case {table}.severity when 'critical' then 3 when 'error' then 2 when 'warning' then 1 else 0 end")
}

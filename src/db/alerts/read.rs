//! Lists, counts, one.

use app::types::{Alert, AlertKind, AlertQuery, Cursor, MOST_COUNTED};
use sqlx::QueryBuilder;

use super::parts::{is_unresolved, parts};
use super::{COLUMNS, TABLES};
use crate::db::filter::{Dialect, Filter, newest_of};
use crate::db::{Db, Result, Searched, on};

impl Db {
    /// A page of alerts, newest first.
    pub async fn list_alerts(&self, query: &AlertQuery, cursor: Option<Cursor>, limit: i64) -> Result<Vec<Alert>> {
        let Some(source) = self.asked_source(query).await? else { return Ok(Vec::new()) };
        if let Some(q) = text_of(query) {
            let read = |ids| self.list_these_alerts(query, source, ids);
            return self.list_found(Searched::Alert, q, cursor, limit, read).await;
        }
        let mut found = Vec::new();
        for part in parts(query) {
            found.extend(self.list_alert_part(&part, source, cursor, limit).await?);
        }
        Ok(newest_of(found, limit, |alert: &Alert| (alert.created_at, alert.id)))
    }

    async fn list_alert_part(
        &self,
        part: &AlertQuery,
        source: Option<i64>,
        cursor: Option<Cursor>,
        limit: i64,
    ) -> Result<Vec<Alert>> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new("select ");
            sql.push(COLUMNS).push(TABLES);
            let mut filter = Filter::new(&mut sql);
            narrow(&mut filter, part, source).after("a", cursor).newest("a", limit + 1);
            sql.build_query_as().fetch_all(pool).await
        })
    }

    async fn list_these_alerts(&self, query: &AlertQuery, source: Option<i64>, ids: Vec<i64>) -> Result<Vec<Alert>> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new("select ");
            sql.push(COLUMNS).push(TABLES);
            narrow(&mut Filter::new(&mut sql), query, source).ids("a.id", &ids);
            sql.push(" order by a.id desc").build_query_as().persistent(false).fetch_all(pool).await
        })
    }

    /// Up to `limit` alerts that match after the cursor, newest first; of one of the query's
    /// [`parts`], or of all that has its text.
    pub async fn list_alert_ids(&self, part: &AlertQuery, cursor: Option<Cursor>, limit: i64) -> Result<Vec<Cursor>> {
        let Some(source) = self.asked_source(part).await? else { return Ok(Vec::new()) };
        if let Some(q) = text_of(part) {
            let read = |ids| self.list_these_ids(part, source, ids);
            return self.list_found(Searched::Alert, q, cursor, limit - 1, read).await;
        }
        on!(read self, pool => {
            let mut sql = QueryBuilder::new(IDS);
            let mut filter = Filter::new(&mut sql);
            narrow(&mut filter, part, source).after("a", cursor).newest("a", limit);
            sql.build_query_as().fetch_all(pool).await
        })
    }

    async fn list_these_ids(&self, query: &AlertQuery, source: Option<i64>, ids: Vec<i64>) -> Result<Vec<Cursor>> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new(IDS);
            narrow(&mut Filter::new(&mut sql), query, source).ids("a.id", &ids);
            sql.push(" order by a.id desc").build_query_as().persistent(false).fetch_all(pool).await
        })
    }

    /// The newest alert's id; 0 before the first.
    pub async fn last_alert_id(&self) -> Result<i64> {
        const SQL: &str = "select coalesce(max(id), 0) from alerts";
        on!(read self, pool => sqlx::query_scalar(SQL).fetch_one(pool).await)
    }

    /// How many alerts match; more than [`MOST_COUNTED`] are not counted on.
    pub async fn count_alerts(&self, query: &AlertQuery) -> Result<i64> {
        if text_of(query).is_some() {
            return Ok(self.list_alert_ids(query, None, MOST_COUNTED + 1).await?.len() as i64);
        }
        let Some(source) = self.asked_source(query).await? else { return Ok(0) };
        let mut counted = 0;
        for part in parts(query) {
            counted += self.count_alert_part(&part, source).await?;
        }
        Ok(counted.min(MOST_COUNTED + 1))
    }

    /// In the order of an index, without which all that match would be gathered before the limit.
    async fn count_alert_part(&self, part: &AlertQuery, source: Option<i64>) -> Result<i64> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new("select count(*) from (select 1 from alerts a");
            let mut filter = Filter::new(&mut sql);
            narrow(&mut filter, part, source).newest("a", MOST_COUNTED + 1);
            sql.push(") as counted").build_query_scalar().fetch_one(pool).await
        })
    }

    /// The source that is asked for, by its number; `Some(None)` where none is, None where there is no such source.
    async fn asked_source(&self, query: &AlertQuery) -> Result<Option<Option<i64>>> {
        const SQL: &str = "select id from webhook_sources where slug = $1";
        let Some(slug) = query.source.as_deref() else { return Ok(Some(None)) };
        let id: Option<i64> = on!(read self, pool => sqlx::query_scalar(SQL).bind(slug).fetch_optional(pool).await)?;
        Ok(id.map(Some))
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

const IDS: &str = "select a.created_at, a.id from alerts a";

fn text_of(query: &AlertQuery) -> Option<&str> {
    query.q.as_deref().filter(|q| !q.is_empty())
}

/// What is unresolved, and what of it is unread, is said as the partial indexes say it: SQLite would take an equality for
/// more selective than it is.
fn narrow<'f, 'q, DB: Dialect>(
    filter: &'f mut Filter<'q, DB>,
    query: &AlertQuery,
    source: Option<i64>,
) -> &'f mut Filter<'q, DB> {
    match query.kind.0.as_slice() {
        [AlertKind::Notice] => return narrow_notices(filter, query, source),
        [AlertKind::Problem] => filter.says("not a.is_notice"),
        _ => filter,
    };
    let is_unresolved = is_unresolved(query);
    if is_unresolved {
        filter.says("a.state <> 'resolved'");
    }
    if !is_unresolved || query.state.0.len() == 1 {
        filter.one_of("a.state", &query.state);
    }
    match query.is_read {
        Some(false) if is_unresolved => filter.says("not a.is_read"),
        is_read => filter.flag("a.is_read", is_read),
    };
    filter
        .one_of("a.severity", &query.severity)
        .number("a.webhook_source_id", source)
        .between("a.created_at", query.from, query.to)
        .at_most("a.id", query.up_to)
}

/// Notices have one index, by time: as expressions the other columns lead to no other one, which would hold problems besides.
fn narrow_notices<'f, 'q, DB: Dialect>(
    filter: &'f mut Filter<'q, DB>,
    query: &AlertQuery,
    source: Option<i64>,
) -> &'f mut Filter<'q, DB> {
    filter.says("a.is_notice").one_of("a.state || ''", &query.state).one_of("a.severity || ''", &query.severity);
    match query.is_read {
        Some(true) => filter.says("not not a.is_read"),
        Some(false) => filter.says("not a.is_read"),
        None => filter,
    };
    filter
        .number("a.webhook_source_id + 0", source)
        .between("a.created_at", query.from, query.to)
        .at_most("a.id", query.up_to)
}

//! Reading alerts: lists, counts, single rows.

use app::types::{Alert, AlertKind, AlertQuery, Cursor, MOST_COUNTED};
use sqlx::QueryBuilder;

use super::parts::{is_unresolved, parts};
use super::{COLUMNS, TABLES};
use crate::db::filter::{Dialect, Filter, newest_of};
use crate::db::{Db, Result, Searched, on};

impl Db {
    /// A page of alerts, last seen first: up to `limit + 1`, so that the caller knows whether there is a next page. Full-text
    /// matches are ordered by id.
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
        Ok(newest_of(found, limit, |alert: &Alert| (alert.last_seen_at, alert.id)))
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

    /// Positions of up to `limit` matching alerts after the cursor, newest first. `part` must be one of the query's
    /// [`parts`], or the whole query if it has a search text.
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

    /// Id of the newest alert; 0 if there is none.
    pub async fn last_alert_id(&self) -> Result<i64> {
        const SQL: &str = "select coalesce(max(id), 0) from alerts";
        on!(read self, pool => sqlx::query_scalar(SQL).fetch_one(pool).await)
    }

    /// Number of matching alerts; `MOST_COUNTED + 1` stands for any number above [`MOST_COUNTED`].
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

    /// Ordered, although only counted: otherwise the planner may collect all matches before it applies the limit.
    async fn count_alert_part(&self, part: &AlertQuery, source: Option<i64>) -> Result<i64> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new("select count(*) from (select 1 from alerts a");
            let mut filter = Filter::new(&mut sql);
            narrow(&mut filter, part, source).newest("a", MOST_COUNTED + 1);
            sql.push(") as counted").build_query_scalar().fetch_one(pool).await
        })
    }

    /// Resolves the slug of the query to a source id: `Some(None)` if the query has no source, `None` if the slug is unknown.
    async fn asked_source(&self, query: &AlertQuery) -> Result<Option<Option<i64>>> {
        const SQL: &str = "select id from webhook_sources where slug = $1";
        let Some(slug) = query.source.as_deref() else { return Ok(Some(None)) };
        let id: Option<i64> = on!(read self, pool => sqlx::query_scalar(SQL).bind(slug).fetch_optional(pool).await)?;
        Ok(id.map(Some))
    }

    /// The alert with this id; `None` if it does not exist or has expired.
    pub async fn find_alert(&self, id: i64) -> Result<Option<Alert>> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new("select ");
            sql.push(COLUMNS).push(TABLES).push(" where a.id = ").push_bind(id);
            sql.build_query_as().fetch_optional(pool).await
        })
    }
}

/// Positions in the list.
const IDS: &str = "select a.last_seen_at as at, a.id from alerts a";

fn text_of(query: &AlertQuery) -> Option<&str> {
    query.q.as_deref().filter(|q| !q.is_empty())
}

/// Repeats the conditions of the partial indexes literally (`state <> 'resolved'`, `not is_read`): without statistics SQLite
/// considers an equality selective and would pick the index of that column instead.
fn narrow<'f, 'q, DB: Dialect>(
    filter: &'f mut Filter<'q, DB>,
    query: &AlertQuery,
    source: Option<i64>,
) -> &'f mut Filter<'q, DB> {
    filter.by("last_seen_at");
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
        .text_or_null("a.assignee", query.assignee.as_deref())
        .number("a.webhook_source_id", source)
        .between("a.last_seen_at", query.from, query.to)
        .at_most("a.id", query.up_to)
}

/// Notices have a single index, by time. The other columns are written as expressions (`|| ''`, `+ 0`), so that the planner
/// cannot choose their indexes, which also contain problems. Few alerts have an assignee, whose index is welcome.
fn narrow_notices<'f, 'q, DB: Dialect>(
    filter: &'f mut Filter<'q, DB>,
    query: &AlertQuery,
    source: Option<i64>,
) -> &'f mut Filter<'q, DB> {
    filter.text_or_null("a.assignee", query.assignee.as_deref());
    filter.says("a.is_notice").one_of("a.state || ''", &query.state).one_of("a.severity || ''", &query.severity);
    match query.is_read {
        Some(true) => filter.says("not not a.is_read"),
        Some(false) => filter.says("not a.is_read"),
        None => filter,
    };
    filter
        .number("a.webhook_source_id + 0", source)
        .between("a.last_seen_at", query.from, query.to)
        .at_most("a.id", query.up_to)
}

//! Lists, counts, one.

use app::types::{Alert, AlertQuery, AlertState, Cursor};
use sqlx::QueryBuilder;

use super::{COLUMNS, TABLES};
use crate::db::filter::{Dialect, Filter};
use crate::db::{Db, Result, Searched, on};

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

//! Reading events: lists, counts, single rows and their bodies.

use app::types::{Cursor, Event, EventQuery, EventStatus, MOST_COUNTED};
use serde_json::{Map, Value};
use sqlx::QueryBuilder;
use sqlx::types::Json;

use crate::db::filter::{Dialect, Filter, newest_of, one_each};
use crate::db::{Db, Result, Searched, on};

/// What `events/{id}` adds to the columns of a list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EventParts {
    /// Headers by name, with secrets redacted.
    #[sqlx(json)]
    pub headers: Map<String, Value>,
    /// The verified signature as received.
    pub signature: Option<String>,
    /// Provider of the source.
    pub provider: String,
}

const SLIM: &str = "select e.id, e.webhook_source_id, s.slug as source, e.request_id, e.event_type, e.delivery_id, \
     e.content_type, e.ip_address, e.status, e.attempts, e.replays, e.due_at, e.lease_until, e.error_message, e.processed_at, \
     e.created_at, e.updated_at from webhook_events e join webhook_sources s on s.id = e.webhook_source_id";

impl Db {
    /// A page of events, newest first: up to `limit + 1`, so that the caller knows whether there is a next page. Full-text
    /// matches are ordered by id.
    pub async fn list_events(&self, query: &EventQuery, cursor: Option<Cursor>, limit: i64) -> Result<Vec<Event>> {
        if let Some(q) = text_of(query) {
            return self.list_found(Searched::Event, q, cursor, limit, |ids| self.list_these_events(query, ids)).await;
        }
        let mut found = Vec::new();
        for part in parts(query) {
            found.extend(self.list_event_part(&part, cursor, limit).await?);
        }
        Ok(newest_of(found, limit, |event: &Event| (event.created_at, event.id)))
    }

    async fn list_event_part(&self, part: &EventQuery, cursor: Option<Cursor>, limit: i64) -> Result<Vec<Event>> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new(SLIM);
            let mut filter = Filter::new(&mut sql);
            narrow(&mut filter, part).after("e", cursor).newest("e", limit + 1);
            sql.build_query_as().fetch_all(pool).await
        })
    }

    async fn list_these_events(&self, query: &EventQuery, ids: Vec<i64>) -> Result<Vec<Event>> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new(SLIM);
            narrow(&mut Filter::new(&mut sql), query).ids("e.id", &ids);
            sql.push(" order by e.id desc").build_query_as().persistent(false).fetch_all(pool).await
        })
    }

    /// Number of matching events; `MOST_COUNTED + 1` stands for any number above [`MOST_COUNTED`].
    pub async fn count_events(&self, query: &EventQuery) -> Result<i64> {
        if let Some(q) = text_of(query) {
            let read = |ids| self.list_these_event_ids(query, ids);
            return Ok(self.list_found(Searched::Event, q, None, MOST_COUNTED, read).await?.len() as i64);
        }
        let mut counted = 0;
        for part in parts(query) {
            counted += self.count_event_part(&part).await?;
        }
        Ok(counted.min(MOST_COUNTED + 1))
    }

    /// Ordered, although only counted: otherwise the planner may collect all matches before it applies the limit.
    async fn count_event_part(&self, part: &EventQuery) -> Result<i64> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new("select count(*) from (select 1 from webhook_events e \
                 join webhook_sources s on s.id = e.webhook_source_id");
            let mut filter = Filter::new(&mut sql);
            narrow(&mut filter, part).newest("e", MOST_COUNTED + 1);
            sql.push(") as counted").build_query_scalar().fetch_one(pool).await
        })
    }

    /// Ids of those of these events that match the query, ignoring its search text.
    pub async fn list_these_event_ids(&self, query: &EventQuery, ids: Vec<i64>) -> Result<Vec<i64>> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new(
                "select e.id from webhook_events e join webhook_sources s on s.id = e.webhook_source_id");
            narrow(&mut Filter::new(&mut sql), query).ids("e.id", &ids);
            sql.build_query_scalar().persistent(false).fetch_all(pool).await
        })
    }

    /// The event with this id, without headers and body; `None` if it does not exist or has expired.
    pub async fn find_event(&self, id: i64) -> Result<Option<Event>> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new(SLIM);
            sql.push(" where e.id = ").push_bind(id);
            sql.build_query_as().fetch_optional(pool).await
        })
    }

    /// Id of the newest event; 0 if there is none.
    pub async fn last_event_id(&self) -> Result<i64> {
        const SQL: &str = "select coalesce(max(id), 0) from webhook_events";
        on!(read self, pool => sqlx::query_scalar(SQL).fetch_one(pool).await)
    }

    /// When a source last sent an event, Unix milliseconds; `None` if it has no stored events.
    pub async fn last_event_at(&self, source: i64) -> Result<Option<i64>> {
        const SQL: &str = "select max(created_at) from webhook_events where webhook_source_id = $1";
        on!(read self, pool => sqlx::query_scalar(SQL).bind(source).fetch_one(pool).await)
    }

    /// Alerts that an event opened or changed, with the details of the timeline entry (such as the mapping rule).
    pub async fn list_event_alerts(&self, id: i64) -> Result<Vec<(i64, Json<Map<String, Value>>)>> {
        const SQL: &str = "select alert_id, detail from alert_activity where webhook_event_id = $1 \
             and kind in ('opened', 'repeated', 'resolved', 'acknowledged', 'reopened', 'replayed') order by id";
        on!(read self, pool => sqlx::query_as(SQL).bind(id).fetch_all(pool).await)
    }
}

fn text_of(query: &EventQuery) -> Option<&str> {
    query.q.as_deref().filter(|q| !q.is_empty())
}

/// The queries whose union is this one, with one status each: an index serves a single status in order, several would have
/// to be sorted.
pub fn parts(query: &EventQuery) -> Vec<EventQuery> {
    one_each(&query.status).into_iter().map(|status| EventQuery { status, ..query.clone() }).collect()
}

/// Adds the conditions of a query, except for its search text and cursor. Expects the aliases `e` and `s`.
pub fn narrow<'f, 'q, DB: Dialect>(filter: &'f mut Filter<'q, DB>, query: &EventQuery) -> &'f mut Filter<'q, DB> {
    if !query.status.is_empty() && !query.status.0.contains(&EventStatus::Processed) {
        // Repeats the condition of the partial indexes, so that the planner uses them.
        filter.says("e.status <> 'processed'");
    }
    if query.delivery_id.is_some() && query.source.is_none() {
        // One index lookup per source: the unique index of delivery ids starts with the source.
        filter.says("e.webhook_source_id in (select id from webhook_sources)");
    }
    // An event type is more selective than its source: the expression keeps the planner off the index of the source.
    let slug = if query.event_type.is_some() { "s.slug || ''" } else { "s.slug" };
    filter
        .one_of("e.status", &query.status)
        .text(slug, query.source.as_deref())
        .text("e.event_type", query.event_type.as_deref())
        .text("e.delivery_id", query.delivery_id.as_deref())
        .text("e.ip_address", query.ip_address.as_deref())
        .between("e.created_at", query.from, query.to)
        .at_most("e.id", query.up_to)
}

//! Reprocessing: selects events, makes them pending again, and updates the alerts they opened before.

use app::types::{Cursor, EventQuery};
use sqlx::QueryBuilder;
use sqlx::types::Json;

use super::bulk::{PRESENT, pieces, push_ids};
use super::events::narrow;
use super::filter::Filter;
use super::{Db, NewAlert, Result, Searched, Tx, on};

/// An alert that an event opened or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EventAlertLink {
    /// The event.
    pub event_id: i64,
    /// The alert.
    pub alert_id: i64,
    /// Index of the draft that opened the alert; `None` if the event only changed it.
    pub position: Option<i64>,
}

impl Tx {
    /// Makes processed and failed events pending again; returns the ids of these.
    pub async fn reprocess_events(&mut self, ids: &[i64], now: i64) -> Result<Vec<i64>> {
        on!(tx self, conn => {
            let mut query = QueryBuilder::new("update webhook_events set status = 'pending', attempts = 0, replays = replays + 1, \
                 lease_until = null, error_message = null, is_replay = true, due_at = ");
            query.push_bind(now).push(", updated_at = ").push_bind(now);
            query.push(" where status in ('processed', 'failed') and id in (");
            push_ids(&mut query, ids.iter().map(Some));
            query.push(") returning id").build_query_scalar().persistent(false).fetch_all(conn).await
        })
    }

    /// Alerts that these events opened or changed when they were processed before, ordered by event and alert.
    pub async fn list_event_alerts(&mut self, events: &[i64]) -> Result<Vec<EventAlertLink>> {
        on!(tx self, conn => {
            let mut query = QueryBuilder::new("select distinct v.webhook_event_id as event_id, v.alert_id, \
                 case when a.webhook_event_id = v.webhook_event_id then a.position end as position \
                 from alert_activity v join alerts a on a.id = v.alert_id where v.webhook_event_id in (");
            push_ids(&mut query, events.iter().map(Some));
            query.push(") order by 1, 2").build_query_as().persistent(false).fetch_all(conn).await
        })
    }

    /// Ids of those of these alerts that are notices.
    pub async fn list_notices(&mut self, alerts: &[i64]) -> Result<Vec<i64>> {
        let mut notices = Vec::new();
        for piece in pieces(alerts) {
            notices.extend(on!(tx self, conn => {
                let mut query = QueryBuilder::new("select id from alerts where is_notice and id in (");
                push_ids(&mut query, piece);
                query.push(")").build_query_scalar::<i64>().fetch_all(conn).await
            })?);
        }
        Ok(notices)
    }

    /// Overwrites text, severity, metadata and kind of alerts with the current mapping. State, occurrences and times of
    /// receipt stay. A problem that becomes a notice no longer counts as undelivered.
    pub async fn remap_alerts(&mut self, alerts: &[(i64, NewAlert)], now: i64) -> Result<()> {
        const SQL: &str = "update alerts set title = rows.column2, message = rows.column3, severity = rows.column4, \
             metadata = rows.column5, updated_at = rows.column6, is_notice = rows.column7, \
             is_untold = alerts.is_untold and not rows.column7 from (";
        for piece in pieces(alerts) {
            on!(tx self, conn => {
                let mut query = QueryBuilder::new(SQL);
                query.push_values(piece, |mut row, alert| {
                    row.push_bind(alert.map(|(id, _)| id)).push_bind(alert.map(|(_, a)| &a.title));
                    row.push_bind(alert.map(|(_, a)| &a.message)).push_bind(alert.map(|(_, a)| a.severity.as_str()));
                    row.push_bind(alert.map(|(_, a)| Json(&a.metadata))).push_bind(alert.map(|_| now));
                    row.push_bind(alert.map(|(_, a)| a.is_notice));
                });
                query.push(PRESENT).push(" and alerts.id = rows.column1").build().execute(conn).await.map(drop)
            })?;
        }
        Ok(())
    }
}

impl Db {
    /// Positions of up to `limit` processed or failed events after the cursor, oldest first. Ignores the search text;
    /// `query` must be one of the parts of the original query (`event_parts`).
    pub async fn list_reprocessable(
        &self,
        query: &EventQuery,
        cursor: Option<Cursor>,
        limit: i64,
    ) -> Result<Vec<Cursor>> {
        on!(read self, pool => {
            let mut sql = QueryBuilder::new("select e.created_at as at, e.id from webhook_events e \
                 join webhook_sources s on s.id = e.webhook_source_id");
            let mut filter = Filter::new(&mut sql);
            narrow(&mut filter, query).says("e.status in ('processed', 'failed')").beyond("e", cursor).oldest("e", limit);
            sql.build_query_as().fetch_all(pool).await
        })
    }

    /// Ids of all events that match the query and the search text `q`, ascending. Reads all of them at once, at 8 bytes
    /// each, so that the search runs only once.
    pub async fn list_found_events(&self, query: &EventQuery, q: &str) -> Result<Vec<i64>> {
        let read = |ids| self.list_these_event_ids(query, ids);
        let mut ids = self.list_found(Searched::Event, q, None, i64::MAX - 1, read).await?;
        ids.sort_unstable();
        Ok(ids)
    }
}

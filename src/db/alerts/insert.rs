//! Inserting alerts.

use sqlx::QueryBuilder;
use sqlx::types::Json;

use super::{NewAlert, Opened};
use crate::db::bulk::{PRESENT, pieces};
use crate::db::{Result, Tx, on};

const INSERT: &str = "insert into alerts (webhook_event_id, position, webhook_source_id, title, message, severity, \
     metadata, dedup_key, is_notice, state, episode, ended_at, occurrences, muted_until, last_seen_at, created_at, updated_at) \
     select * from (";

/// After a worker crashed between two parts of a large delivery, the alerts of the first part exist already.
const ONCE: &str = " on conflict (webhook_event_id, position) do nothing returning id, webhook_event_id, position";

impl Tx {
    /// Inserts alerts and returns the new rows. Alerts with the same event and position as an existing one are skipped.
    pub async fn insert_alerts(&mut self, alerts: &[NewAlert]) -> Result<Vec<Opened>> {
        let mut opened = Vec::with_capacity(alerts.len());
        for piece in pieces(alerts) {
            opened.extend(self.insert_alert_piece(piece).await?);
        }
        Ok(opened)
    }

    async fn insert_alert_piece(&mut self, rows: impl Iterator<Item = Option<&NewAlert>>) -> Result<Vec<Opened>> {
        on!(tx self, conn => {
            let mut query = QueryBuilder::new(INSERT);
            query.push_values(rows, |mut row, a| {
                row.push_bind(a.map(|a| a.webhook_event_id)).push_bind(a.map(|a| a.position))
                    .push_bind(a.map(|a| a.webhook_source_id)).push_bind(a.map(|a| &a.title))
                    .push_bind(a.map(|a| &a.message)).push_bind(a.map(|a| a.severity.as_str()))
                    .push_bind(a.map(|a| Json(&a.metadata))).push_bind(a.and_then(|a| a.dedup_key.as_ref()))
                    .push_bind(a.map(|a| a.is_notice)).push_bind(a.map(|a| a.state.as_str()))
                    .push_bind(a.map(|a| a.episode)).push_bind(a.map(|a| a.ended_at).filter(|at| *at > 0))
                    .push_bind(a.map(|a| a.occurrences)).push_bind(a.and_then(|a| a.muted_until))
                    .push_bind(a.map(|a| a.seen_at)).push_bind(a.map(|a| a.seen_at)).push_bind(a.map(|a| a.seen_at));
            });
            query.push(PRESENT).push(ONCE);
            query.build_query_as().fetch_all(conn).await
        })
    }
}

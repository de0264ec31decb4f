//! Reading events.

use app::Error;
use app::backend::Events;
use app::types::{Actor, Cursor, Event, EventDetail, EventQuery, EventStatus, Mapping, Page, Role, Verdict};
use async_trait::async_trait;
use serde_json::{Map, Value};

use super::{Dashboard, cursor, page_size, told};
use crate::error::Result;

#[async_trait]
impl Events for Dashboard {
    async fn list_events(&self, actor: &Actor, query: EventQuery) -> app::Result<Page<Event>> {
        actor.require(Role::Viewer)?;
        told(self.event_page(&query).await)
    }

    async fn get_event(&self, actor: &Actor, id: i64) -> app::Result<EventDetail> {
        actor.require(Role::Viewer)?;
        told(self.event_detail(id).await)
    }
}

impl Dashboard {
    /// The bytes as received, and their content type.
    pub async fn get_payload(&self, actor: &Actor, id: i64) -> Result<(Vec<u8>, String)> {
        actor.require(Role::Viewer)?;
        Ok(self.ops.db.find_payload(id).await?.ok_or_else(|| Error::not_found("event"))?)
    }

    async fn event_page(&self, query: &EventQuery) -> Result<Page<Event>> {
        let (limit, cursor) = (page_size(query.limit)?, cursor(query.cursor.as_deref())?);
        let events = self.ops.db.list_events(query, cursor, limit).await?;
        Ok(Page::cut(events, limit, |event: &Event| Cursor { created_at: event.created_at, id: event.id }))
    }

    async fn event_detail(&self, id: i64) -> Result<EventDetail> {
        let event = self.ops.db.find_event(id).await?.ok_or_else(|| Error::not_found("event"))?;
        let parts = self.ops.db.find_event_parts(id).await?.ok_or_else(|| Error::not_found("event"))?;
        let alerts = self.ops.db.list_event_alerts(id).await?;
        let source = self.ops.sources.get(event.webhook_source_id).await?;
        let scheme = source.map_or("unknown", |source| source.scheme());
        let mapping = alerts.first().map(|(_, detail)| mapping(detail));
        Ok(EventDetail {
            mapping: mapping.filter(|_| event.status == EventStatus::Processed),
            alert_ids: alerts.iter().map(|(id, _)| *id).collect(),
            // Only a delivery whose signature held is stored.
            verdict: Verdict { valid: true, scheme: scheme.to_owned(), signature: parts.signature },
            headers: parts.headers,
            event,
        })
    }
}

fn mapping(detail: &Map<String, Value>) -> Mapping {
    let text = |key: &str| detail.get(key).and_then(Value::as_str).map(str::to_owned);
    Mapping { rule: text("rule"), fallback: text("fallback") }
}

//! Reading and reprocessing events.

use app::Error;
use app::backend::{Events, SavedFilters};
use app::types::{
    Actor, Cursor, Event, EventDetail, EventList, EventQuery, EventStatus, EventView, ListPage, Mapping, Page, Role,
    Verdict, time,
};
use async_trait::async_trait;
use serde_json::{Map, Value, json};

use super::{Dashboard, check_search, cursor, page_size, public_error};
use crate::db::{Writer, event_parts};
use crate::error::Result;
use crate::payload::Payload;
use crate::sources::Found;

/// Alerts shown with an event.
const MAX_ALERTS: usize = 20;

/// Events reprocessed per transaction.
const PIECE: i64 = 500;

#[async_trait]
impl Events for Dashboard {
    async fn list_events(&self, actor: &Actor, query: EventQuery) -> app::Result<Page<Event>> {
        actor.require(Role::Viewer)?;
        public_error(self.event_page(&query).await)
    }

    async fn get_event(&self, actor: &Actor, id: i64) -> app::Result<EventDetail> {
        actor.require(Role::Viewer)?;
        public_error(self.event_detail(id).await)
    }

    async fn get_event_list(&self, actor: &Actor, query: EventQuery) -> app::Result<EventList> {
        let now = self.ops.now();
        // Read before the rows, so that a concurrent event is counted twice rather than lost.
        let received = public_error(self.ops.db.sum_stats(hour_of(now), now + 1).await.map_err(Into::into))?.received;
        let page = self.list_events(actor, query).await?;
        let saved = self.list_saved(actor, ListPage::Events).await?;
        Ok(EventList { now, received, page, sources: public_error(self.source_names().await)?, saved })
    }

    async fn get_event_view(&self, actor: &Actor, id: i64) -> app::Result<EventView> {
        actor.require(Role::Viewer)?;
        public_error(self.event_view(id).await)
    }

    async fn count_events(&self, actor: &Actor, query: EventQuery) -> app::Result<i64> {
        actor.require(Role::Viewer)?;
        check_search(query.q.as_deref())?;
        public_error(self.ops.db.count_events(&query).await.map_err(Into::into))
    }

    async fn get_payload_text(&self, actor: &Actor, id: i64) -> app::Result<String> {
        public_error(self.get_payload(actor, id).await.map(|body| String::from_utf8_lossy(body.as_ref()).into_owned()))
    }

    async fn reprocess_event(&self, actor: &Actor, id: i64) -> app::Result<()> {
        actor.require(Role::Operator)?;
        public_error(self.reprocess(actor, id).await)
    }

    async fn reprocess_events(&self, actor: &Actor, query: EventQuery) -> app::Result<i64> {
        actor.require(Role::Operator)?;
        check_search(query.q.as_deref())?;
        public_error(self.reprocess_matching(actor, query).await)
    }
}

impl Dashboard {
    /// The body as received.
    pub async fn get_payload(&self, actor: &Actor, id: i64) -> Result<Payload> {
        actor.require(Role::Viewer)?;
        let found = async {
            let found = self.ops.db.find_payload(id).await?;
            Ok(found.ok_or_else(|| Error::not_found("event"))?)
        };
        self.ops.payload_reads.read(found).await
    }

    async fn event_view(&self, id: i64) -> Result<EventView> {
        let detail = self.event_detail(id).await?;
        let mut alerts = Vec::with_capacity(detail.alert_ids.len());
        for id in detail.alert_ids.iter().take(MAX_ALERTS) {
            alerts.extend(self.ops.db.find_alert(*id).await?);
        }
        let source = self.ops.sources.get(detail.event.webhook_source_id).await?.and_then(Found::ready);
        let own = source.as_ref().and_then(|source| source.settings.public_url.clone());
        Ok(EventView {
            source_name: source.as_ref().map_or_else(|| detail.event.source.clone(), |source| source.name.clone()),
            provider: source.map(|source| source.pack.id.clone()).unwrap_or_default(),
            size: self.ops.db.payload_size(id).await?,
            url: own.unwrap_or_else(|| self.ops.config.webhook_url(&detail.event.source)),
            alerts,
            detail,
        })
    }

    async fn reprocess(&self, actor: &Actor, id: i64) -> Result<()> {
        self.ops.db.find_event(id).await?.ok_or_else(|| Error::not_found("event"))?;
        match self.reprocess_piece(actor, &[id]).await? {
            0 => Err(Error::invalid("id", "belongs to an event that is being processed").into()),
            _ => Ok(()),
        }
    }

    /// Reprocesses in batches, only events that existed when it began.
    async fn reprocess_matching(&self, actor: &Actor, query: EventQuery) -> Result<i64> {
        let newest = self.ops.db.last_event_id().await?;
        let query = EventQuery { up_to: Some(query.up_to.unwrap_or(newest).min(newest)), ..query };
        let mut replayed = 0;
        if let Some(q) = query.q.as_deref().filter(|q| !q.is_empty()) {
            for ids in self.ops.db.list_found_events(&query, q).await?.chunks(PIECE as usize) {
                replayed += self.reprocess_piece(actor, ids).await?;
            }
            return Ok(replayed);
        }
        for part in event_parts(&query) {
            replayed += self.reprocess_part(actor, &part).await?;
        }
        Ok(replayed)
    }

    async fn reprocess_part(&self, actor: &Actor, part: &EventQuery) -> Result<i64> {
        let (mut replayed, mut after) = (0, None);
        loop {
            let found = self.ops.db.list_reprocessable(part, after, PIECE).await?;
            let Some(last) = found.last() else { return Ok(replayed) };
            after = Some(*last);
            let ids: Vec<i64> = found.iter().map(|event| event.id).collect();
            replayed += self.reprocess_piece(actor, &ids).await?;
        }
    }

    async fn reprocess_piece(&self, actor: &Actor, ids: &[i64]) -> Result<i64> {
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        let replayed = tx.reprocess_events(ids, self.ops.now()).await?;
        let detail = json!({ "count": replayed.len(), "ids": &replayed[..replayed.len().min(100)] });
        self.audit(&mut tx, actor, "event.replay", "events", detail).await?;
        tx.commit().await?;
        self.ops.queue.push(&replayed);
        Ok(replayed.len() as i64)
    }

    async fn event_page(&self, query: &EventQuery) -> Result<Page<Event>> {
        check_search(query.q.as_deref())?;
        let (limit, cursor) = (page_size(query.limit)?, cursor(query.cursor.as_deref())?);
        let events = self.ops.db.list_events(query, cursor, limit).await?;
        Ok(Page::cut(events, limit, |event: &Event| Cursor { at: event.created_at, id: event.id }))
    }

    async fn event_detail(&self, id: i64) -> Result<EventDetail> {
        let event = self.ops.db.find_event(id).await?.ok_or_else(|| Error::not_found("event"))?;
        let parts = self.ops.db.find_event_parts(id).await?.ok_or_else(|| Error::not_found("event"))?;
        let alerts = self.ops.db.list_event_alerts(id).await?;
        let source = self.ops.sources.get(event.webhook_source_id).await?.and_then(Found::ready);
        let scheme = source.map_or("unknown", |source| source.scheme());
        let mapping = alerts.last().map(|(_, detail)| mapping(detail));
        Ok(EventDetail {
            mapping: mapping.filter(|_| event.status == EventStatus::Processed),
            alert_ids: unique(alerts.iter().map(|(id, _)| *id)),
            // Only deliveries with a valid signature are stored.
            verdict: Verdict { valid: true, scheme: scheme.to_owned(), signature: parts.signature },
            headers: parts.headers,
            event,
        })
    }
}

/// Start of the hour that contains `at`.
const fn hour_of(at: i64) -> i64 {
    at.div_euclid(time::HOUR) * time::HOUR
}

fn mapping(detail: &Map<String, Value>) -> Mapping {
    let text = |key: &str| detail.get(key).and_then(Value::as_str).map(str::to_owned);
    Mapping { rule: text("rule"), fallback: text("fallback") }
}

/// Removes duplicates, keeping the first of each.
fn unique(ids: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut seen = Vec::new();
    for id in ids {
        if !seen.contains(&id) {
            seen.push(id);
        }
    }
    seen
}

//! Events and rejected requests.

use leptos::prelude::*;

use crate::Error;
use crate::types::{EventList, EventQuery, EventView, QuarantineQuery, RefusedList, Retried};

#[server(prefix = "/rpc", endpoint = "events/list")]
pub async fn list_events(query: EventQuery) -> Result<EventList, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_event_list(&actor, query).await)
}

#[server(prefix = "/rpc", endpoint = "events/get")]
pub async fn get_event(id: i64) -> Result<EventView, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_event_view(&actor, id).await)
}

#[server(prefix = "/rpc", endpoint = "events/payload")]
pub async fn get_event_payload(id: i64) -> Result<String, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_payload_text(&actor, id).await)
}

#[server(prefix = "/rpc", endpoint = "events/count")]
pub async fn count_events(query: EventQuery) -> Result<i64, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.count_events(&actor, query).await)
}

#[server(prefix = "/rpc", endpoint = "events/replay")]
pub async fn reprocess_event(id: i64) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.reprocess_event(&actor, id).await)
}

#[server(prefix = "/rpc", endpoint = "events/replay_matching")]
pub async fn reprocess_events(query: EventQuery) -> Result<i64, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.reprocess_events(&actor, query).await)
}

#[server(prefix = "/rpc", endpoint = "quarantine/list")]
pub async fn list_refused(#[server(default)] query: QuarantineQuery) -> Result<RefusedList, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_refused_list(&actor, query).await)
}

/// `ids` is comma-separated. Empty `ids` selects every request of `source`; an empty `source` selects every source.
#[server(prefix = "/rpc", endpoint = "quarantine/retry")]
pub async fn retry_refused(ids: String, source: String) -> Result<Retried, Error> {
    super::with_status(retry(&ids, source).await)
}

#[cfg(feature = "ssr")]
async fn retry(ids: &str, source: String) -> Result<Retried, Error> {
    use crate::types::RefusedSelection;
    let (actor, backend) = super::asker()?;
    let named: Result<Vec<i64>, _> = ids.split(',').filter(|id| !id.is_empty()).map(str::parse).collect();
    let named = named.map_err(|_| Error::invalid("ids", "must be numbers separated by commas"))?;
    let selection = if named.is_empty() {
        let filter = QuarantineQuery { source: Some(source).filter(|s| !s.is_empty()), ..QuarantineQuery::default() };
        RefusedSelection { filter: Some(filter), all: true, ids: None }
    } else {
        RefusedSelection { ids: Some(named), ..RefusedSelection::default() }
    };
    backend.retry_refused(&actor, selection).await
}

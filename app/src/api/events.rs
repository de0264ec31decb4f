//! Server functions for events and rejected requests.

use leptos::prelude::*;

use crate::Error;
use crate::types::{EventList, EventQuery, EventView, QuarantineQuery, RefusedList, Retried};

/// A page of events, with the data of the filter bar.
#[server(prefix = "/rpc", endpoint = "events/list")]
pub async fn list_events(
    /// Filters and cursor.
    query: EventQuery,
) -> Result<EventList, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_event_list(&actor, query).await)
}

/// Data of the event dialog.
#[server(prefix = "/rpc", endpoint = "events/get")]
pub async fn get_event(
    /// Id of the event.
    id: i64,
) -> Result<EventView, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_event_view(&actor, id).await)
}

/// The body as text; bytes that are not valid UTF-8 become U+FFFD.
#[server(prefix = "/rpc", endpoint = "events/payload")]
pub async fn get_event_payload(
    /// Id of the event.
    id: i64,
) -> Result<String, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_payload_text(&actor, id).await)
}

/// Number of matching events, at most `MOST_COUNTED + 1`.
#[server(prefix = "/rpc", endpoint = "events/count")]
pub async fn count_events(
    /// Filters; limit and cursor are ignored.
    query: EventQuery,
) -> Result<i64, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.count_events(&actor, query).await)
}

/// Queues an event to be mapped again by the current pack.
#[server(prefix = "/rpc", endpoint = "events/replay")]
pub async fn reprocess_event(
    /// Id of the event.
    id: i64,
) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.reprocess_event(&actor, id).await)
}

/// Queues every matching event to be mapped again; returns their number.
#[server(prefix = "/rpc", endpoint = "events/replay_matching")]
pub async fn reprocess_events(
    /// Filters, with the newest id that the client had loaded as `up_to`.
    query: EventQuery,
) -> Result<i64, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.reprocess_events(&actor, query).await)
}

/// A page of rejected requests, with the options of the source filter.
#[server(prefix = "/rpc", endpoint = "quarantine/list")]
pub async fn list_refused(
    /// Filters and cursor; the default is the first page.
    #[server(default)]
    query: QuarantineQuery,
) -> Result<RefusedList, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_refused_list(&actor, query).await)
}

/// Verifies rejected requests again with the current secrets.
#[server(prefix = "/rpc", endpoint = "quarantine/retry")]
pub async fn retry_refused(
    /// Request ids, comma-separated; empty selects by `source`.
    ids: String,
    /// Slug of the source whose requests are selected; empty selects all. Ignored if `ids` is not empty, as are the times.
    source: String,
    /// Earliest time of receipt, inclusive, in Unix milliseconds.
    from: Option<i64>,
    /// Latest time of receipt, exclusive.
    to: Option<i64>,
) -> Result<Retried, Error> {
    let source = Some(source).filter(|source| !source.is_empty());
    super::with_status(retry(&ids, QuarantineQuery { source, from, to, ..QuarantineQuery::default() }).await)
}

#[cfg(feature = "ssr")]
async fn retry(ids: &str, filter: QuarantineQuery) -> Result<Retried, Error> {
    use crate::types::RefusedSelection;
    let (actor, backend) = super::asker()?;
    let named: Result<Vec<i64>, _> = ids.split(',').filter(|id| !id.is_empty()).map(str::parse).collect();
    let named = named.map_err(|_| Error::invalid("ids", "must be numbers separated by commas"))?;
    let selection = if named.is_empty() {
        RefusedSelection { filter: Some(filter), all: true, ids: None }
    } else {
        RefusedSelection { ids: Some(named), ..RefusedSelection::default() }
    };
    backend.retry_refused(&actor, selection).await
}

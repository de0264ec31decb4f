//! `/api/v1/events`.

use app::backend::Events;
use app::types::Role::{Operator, Viewer};
use app::types::{Actor, Event, EventDetail, EventQuery, Page};
use axum::Extension;
use axum::extract::State;
use axum::response::Response;

use super::endpoint::{self, Endpoint};
use super::{EventId, Filters, Id, accepted, download, reply};
use crate::web::Web;

/// The endpoints and their roles.
pub fn endpoints() -> Vec<Endpoint> {
    const FILTERS: &[&str] = &["status", "source", "event_type", "delivery_id", "ip_address", "q", "up_to"];
    vec![
        endpoint::get("/events", Viewer, "Events, newest first", list).filters(FILTERS).gives::<Page<Event>>(),
        endpoint::get("/events/{id}", Viewer, "One event with headers, verification result, mapping and alerts", get)
            .gives::<EventDetail>(),
        endpoint::get("/events/{id}/payload", Viewer, "Raw payload", payload),
        endpoint::post("/events/{id}/replay", Operator, "Reprocess with the current mapping", reprocess)
            .gives::<EventId>(),
    ]
}

/// A page of events.
pub async fn list(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Filters(query): Filters<EventQuery>,
) -> Response {
    reply(web.dashboard.list_events(&actor, query).await)
}

/// 202: the event is queued and processed asynchronously.
pub async fn reprocess(State(web): State<Web>, Extension(actor): Extension<Actor>, Id(id): Id) -> Response {
    accepted(web.dashboard.reprocess_event(&actor, id).await.map(|()| EventId { event_id: id }))
}

/// One event without its payload.
pub async fn get(State(web): State<Web>, Extension(actor): Extension<Actor>, Id(id): Id) -> Response {
    reply(web.dashboard.get_event(&actor, id).await)
}

/// The body as received.
pub async fn payload(State(web): State<Web>, Extension(actor): Extension<Actor>, Id(id): Id) -> Response {
    download(web.dashboard.get_payload(&actor, id).await)
}

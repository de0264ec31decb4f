//! `/api/v1/quarantine`.

use app::backend::Quarantine;
use app::types::{Actor, QuarantineQuery, RefusedSelection};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;

use super::{Filters, Id, answer, body, download, reply};
use crate::web::Web;

pub async fn list(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Filters(query): Filters<QuarantineQuery>,
) -> Response {
    reply(web.dashboard.list_refused(&actor, query).await)
}

pub async fn get(State(web): State<Web>, Extension(actor): Extension<Actor>, Id(id): Id) -> Response {
    reply(web.dashboard.get_refused(&actor, id).await)
}

/// The body as received; empty if it was not kept, or was moved to an event.
pub async fn payload(State(web): State<Web>, Extension(actor): Extension<Actor>, Id(id): Id) -> Response {
    download(web.dashboard.get_refused_payload(&actor, id).await)
}

/// Verifies again; requests that now pass become events.
pub async fn retry(State(web): State<Web>, Extension(actor): Extension<Actor>, bytes: Bytes) -> Response {
    match body::<RefusedSelection>(&bytes) {
        Ok(selection) => reply(web.dashboard.retry_refused(&actor, selection).await),
        Err(error) => answer(error),
    }
}

//! `/api/v1/quarantine`.

use app::backend::Quarantine;
use app::types::Role::{Operator, Viewer};
use app::types::{Actor, Page, QuarantineQuery, RefusedDetail, RefusedRequest, RefusedSelection, Retried};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;

use super::endpoint::{self, Endpoint};
use super::{Filters, Id, answer, body, download, reply};
use crate::web::Web;

/// The endpoints and their roles.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::get("/quarantine", Viewer, "Rejected requests, newest first", list)
            .filters(&["source", "reason", "ip_address"])
            .gives::<Page<RefusedRequest>>(),
        endpoint::get("/quarantine/{id}", Viewer, "One rejected request with its headers", get)
            .gives::<RefusedDetail>(),
        endpoint::get("/quarantine/{id}/payload", Viewer, "Raw payload", payload),
        endpoint::post("/quarantine/retry", Operator, "Verify again with the current secrets", retry)
            .takes::<RefusedSelection>(r#"{"ids":[1]}"#)
            .gives::<Retried>(),
    ]
}

/// A page of rejected requests.
pub async fn list(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Filters(query): Filters<QuarantineQuery>,
) -> Response {
    reply(web.dashboard.list_refused(&actor, query).await)
}

/// One rejected request without its body.
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

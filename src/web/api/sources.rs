//! `/api/v1/sources`.

use app::backend::Sources;
use app::types::Role::{Admin, Operator, Viewer};
use app::types::{Actor, CreatedSource, NewSource, Page, Source, SourceUpdate};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;

use super::endpoint::{self, Endpoint};
use super::{EventId, answer, body, created, no_content, reply};
use crate::web::Web;

/// The endpoints and their roles.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::get("/sources", Viewer, "Sources", list).gives::<Page<Source>>(),
        endpoint::post("/sources", Admin, "Add a source", create)
            .takes::<NewSource>(r#"{"slug":"made-by-api","provider":"github"}"#)
            .gives::<CreatedSource>(),
        endpoint::get("/sources/{slug}", Viewer, "One source", get).gives::<Source>(),
        endpoint::patch("/sources/{slug}", Admin, "Update name, slug, settings or active state", update)
            .takes::<SourceUpdate>(r#"{"name":"GitHub"}"#)
            .gives::<Source>(),
        endpoint::delete("/sources/{slug}", Admin, "Delete a source and all its events and alerts", delete),
        endpoint::post("/sources/{slug}/rotate", Admin, "Set a new secret", rotate)
            .takes::<Rotation>(r#"{"keep_hours":24}"#)
            .gives::<CreatedSource>(),
        endpoint::post("/sources/{slug}/test", Operator, "Send a signed test event", test).gives::<EventId>(),
    ]
}

/// Stands for an absent body.
static EMPTY: Bytes = Bytes::from_static(b"{}");

/// All sources on one page: there are few.
pub async fn list(State(web): State<Web>, Extension(actor): Extension<Actor>) -> Response {
    reply(web.dashboard.list_sources(&actor).await.map(|items| Page { items, next: None }))
}

/// 201 with the secret; it cannot be read again.
pub async fn create(State(web): State<Web>, Extension(actor): Extension<Actor>, bytes: Bytes) -> Response {
    match body::<NewSource>(&bytes) {
        Ok(new) => created(web.dashboard.create_source(&actor, new).await),
        Err(error) => answer(error),
    }
}

/// One source.
pub async fn get(State(web): State<Web>, Extension(actor): Extension<Actor>, Path(slug): Path<String>) -> Response {
    reply(web.dashboard.get_source_setup(&actor, &slug).await.map(|setup| setup.source))
}

/// The source after the change.
pub async fn update(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Path(slug): Path<String>,
    bytes: Bytes,
) -> Response {
    match body::<SourceUpdate>(&bytes) {
        Ok(update) => reply(web.dashboard.update_source(&actor, &slug, update).await),
        Err(error) => answer(error),
    }
}

/// 204: hidden at once, its data is deleted in the background.
pub async fn delete(State(web): State<Web>, Extension(actor): Extension<Actor>, Path(slug): Path<String>) -> Response {
    no_content(web.dashboard.delete_source(&actor, &slug).await)
}

/// Body of a request to rotate the secret.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Rotation {
    pub secret: Option<String>,
    pub keep_hours: i64,
}

impl Default for Rotation {
    fn default() -> Self {
        Self { secret: None, keep_hours: 24 }
    }
}

/// The new secret; it cannot be read again.
pub async fn rotate(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Path(slug): Path<String>,
    bytes: Bytes,
) -> Response {
    let rotation = match body::<Rotation>(if bytes.is_empty() { &EMPTY } else { &bytes }) {
        Ok(rotation) => rotation,
        Err(error) => return answer(error),
    };
    reply(web.dashboard.rotate_secret(&actor, &slug, rotation.secret, rotation.keep_hours).await)
}

/// Sends a signed sample through verification and the queue.
pub async fn test(State(web): State<Web>, Extension(actor): Extension<Actor>, Path(slug): Path<String>) -> Response {
    reply(web.dashboard.send_test_event(&actor, &slug).await.map(|id| EventId { event_id: id }))
}

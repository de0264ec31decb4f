//! `/api/v1/alerts`.

use app::Error;
use app::backend::Alerts;
use app::types::{Actor, AlertChange, AlertQuery, Selection, TimelineQuery};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Count, Filters, Id, answer, body, reply};
use crate::web::Web;

pub async fn list(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Filters(query): Filters<AlertQuery>,
) -> Response {
    reply(web.dashboard.list_alert_page(&actor, query).await)
}

pub async fn get(State(web): State<Web>, Extension(actor): Extension<Actor>, Id(id): Id) -> Response {
    reply(web.dashboard.get_alert(&actor, id).await)
}

pub async fn timeline(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    Filters(query): Filters<TimelineQuery>,
) -> Response {
    reply(web.dashboard.list_timeline(&actor, id, query).await)
}

/// `POST alerts/read|unread|acknowledge|resolve|reopen`; the verb is in the path segment where `get` has the id.
pub async fn change(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Path(verb): Path<String>,
    bytes: Bytes,
) -> Response {
    let Ok(change) = verb.parse::<AlertChange>() else { return answer(Error::not_found("address")) };
    let selection = match body::<Selection>(&bytes) {
        Ok(selection) => selection,
        Err(error) => return answer(error),
    };
    let changed = web.dashboard.change_alerts(&actor, change, selection).await;
    reply(changed.map(|changed| Count { changed: changed.count }))
}

/// Body of a request to add a note.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Note {
    pub text: String,
}

/// Adds a note to the timeline.
pub async fn note(State(web): State<Web>, Extension(actor): Extension<Actor>, Id(id): Id, bytes: Bytes) -> Response {
    let text = match body::<Note>(&bytes) {
        Ok(note) => note.text,
        Err(error) => return answer(error),
    };
    match web.dashboard.note_alert(&actor, id, text).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => answer(error),
    }
}

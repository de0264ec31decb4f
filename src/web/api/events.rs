//! `/api/v1/events`.

use app::backend::Events;
use app::types::{Actor, EventQuery};
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::{Filters, Id, answer, reply};
use crate::crypto::random_id;
use crate::web::Web;

pub async fn list(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Filters(query): Filters<EventQuery>,
) -> Response {
    reply(web.dashboard.list_events(&actor, query).await)
}

pub async fn get(State(web): State<Web>, Extension(actor): Extension<Actor>, Id(id): Id) -> Response {
    reply(web.dashboard.get_event(&actor, id).await)
}

/// The bytes as received. As a download, so that no browser ever runs them.
pub async fn payload(State(web): State<Web>, Extension(actor): Extension<Actor>, Id(id): Id) -> Response {
    match web.dashboard.get_payload(&actor, id).await {
        Ok((bytes, content_type)) => {
            let mut response = bytes.into_response();
            let plain = HeaderValue::from_static("application/octet-stream");
            let content_type = HeaderValue::from_str(&content_type).ok().filter(|value| !value.is_empty());
            response.headers_mut().insert(header::CONTENT_TYPE, content_type.unwrap_or(plain));
            response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
            response
        }
        Err(error) => answer(error.tell(&random_id())),
    }
}

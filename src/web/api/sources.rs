//! `/api/v1/sources`.

use app::backend::Sources;
use app::types::{Actor, NewSource, Page};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};

use super::{answer, body, reply};
use crate::web::Web;

/// All of them on one page: there are few.
pub async fn list(State(web): State<Web>, Extension(actor): Extension<Actor>) -> Response {
    reply(web.dashboard.list_sources(&actor).await.map(|items| Page { items, next: None }))
}

/// 201 with the secret, this once.
pub async fn create(State(web): State<Web>, Extension(actor): Extension<Actor>, bytes: Bytes) -> Response {
    let new = match body::<NewSource>(&bytes) {
        Ok(new) => new,
        Err(error) => return answer(error),
    };
    match web.dashboard.create_source(&actor, new).await {
        Ok(created) => (StatusCode::CREATED, Json(created)).into_response(),
        Err(error) => answer(error),
    }
}

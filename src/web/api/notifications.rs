//! `/api/v1/notifications` and `/api/v1/channels`.

use app::backend::{Channels, Notifications};
use app::types::{Actor, ChannelUpdate, NewChannel, NotificationQuery, Page};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};

use super::{Filters, Id, Resent, Retold, answer, body, reply};
use crate::web::Web;

pub async fn list(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Filters(query): Filters<NotificationQuery>,
) -> Response {
    reply(web.dashboard.list_notifications(&actor, query).await)
}

/// 202: the notification is queued and sent asynchronously.
pub async fn retry(State(web): State<Web>, Extension(actor): Extension<Actor>, Id(id): Id) -> Response {
    match web.dashboard.retry_notification(&actor, id).await {
        Ok(()) => (StatusCode::ACCEPTED, Json(Resent { id })).into_response(),
        Err(error) => answer(error),
    }
}

/// Queues notifications for every open alert that nobody was notified of.
pub async fn retry_undelivered(State(web): State<Web>, Extension(actor): Extension<Actor>) -> Response {
    reply(web.dashboard.retry_undelivered(&actor).await.map(|changed| Retold { changed }))
}

/// All channels on one page: there are few.
pub async fn channels(State(web): State<Web>, Extension(actor): Extension<Actor>) -> Response {
    reply(web.dashboard.list_channels(&actor).await.map(|items| Page { items, next: None }))
}

pub async fn create(State(web): State<Web>, Extension(actor): Extension<Actor>, bytes: Bytes) -> Response {
    let new = match body::<NewChannel>(&bytes) {
        Ok(new) => new,
        Err(error) => return answer(error),
    };
    match web.dashboard.create_channel(&actor, new).await {
        Ok(created) => (StatusCode::CREATED, Json(created)).into_response(),
        Err(error) => answer(error),
    }
}

pub async fn update(State(web): State<Web>, Extension(actor): Extension<Actor>, Id(id): Id, bytes: Bytes) -> Response {
    match body::<ChannelUpdate>(&bytes) {
        Ok(update) => reply(web.dashboard.update_channel(&actor, id, update).await),
        Err(error) => answer(error),
    }
}

pub async fn delete(State(web): State<Web>, Extension(actor): Extension<Actor>, Id(id): Id) -> Response {
    match web.dashboard.delete_channel(&actor, id).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => answer(error),
    }
}

/// Sends a test message; returns the provider's response.
pub async fn test(State(web): State<Web>, Extension(actor): Extension<Actor>, Id(id): Id) -> Response {
    reply(web.dashboard.test_channel(&actor, id).await)
}

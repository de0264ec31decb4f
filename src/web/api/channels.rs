//! `/api/v1/channels`.

use app::backend::Channels;
use app::types::Role::{Admin, Operator, Viewer};
use app::types::{Actor, Channel, ChannelTest, ChannelUpdate, NewChannel, Page};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;

use super::endpoint::{self, Endpoint};
use super::{Id, answer, body, created, no_content, reply};
use crate::web::Web;

/// The endpoints and their roles.
pub fn endpoints() -> Vec<Endpoint> {
    const ROOM: &str = r#"{"name":"Room"}"#;
    vec![
        endpoint::get("/channels", Viewer, "Notification channels", list).gives::<Page<Channel>>(),
        endpoint::post("/channels", Admin, "Add a channel", create)
            .takes::<NewChannel>(r#"{"name":"Room","kind":"email","recipient":"a@example.com"}"#)
            .gives::<Channel>(),
        endpoint::patch("/channels/{id}", Admin, "Update a channel; operators may mute it", update)
            .takes::<ChannelUpdate>(ROOM)
            .gives::<Channel>(),
        endpoint::put("/channels/{id}", Admin, "Same as PATCH: omitted fields are unchanged", update)
            .takes::<ChannelUpdate>(ROOM)
            .gives::<Channel>(),
        endpoint::delete("/channels/{id}", Admin, "Delete a channel", delete),
        endpoint::post("/channels/{id}/test", Operator, "Send a test message; returns the provider's response", test)
            .gives::<ChannelTest>(),
    ]
}

/// All channels on one page: there are few.
pub async fn list(State(web): State<Web>, Extension(actor): Extension<Actor>) -> Response {
    reply(web.dashboard.list_channels(&actor).await.map(|items| Page { items, next: None }))
}

/// 201 with the channel, without its secret.
pub async fn create(State(web): State<Web>, Extension(actor): Extension<Actor>, bytes: Bytes) -> Response {
    match body::<NewChannel>(&bytes) {
        Ok(new) => created(web.dashboard.create_channel(&actor, new).await),
        Err(error) => answer(error),
    }
}

/// The channel after the change.
pub async fn update(State(web): State<Web>, Extension(actor): Extension<Actor>, Id(id): Id, bytes: Bytes) -> Response {
    match body::<ChannelUpdate>(&bytes) {
        Ok(update) => reply(web.dashboard.update_channel(&actor, id, update).await),
        Err(error) => answer(error),
    }
}

/// 204; its queued notifications go to the fallback.
pub async fn delete(State(web): State<Web>, Extension(actor): Extension<Actor>, Id(id): Id) -> Response {
    no_content(web.dashboard.delete_channel(&actor, id).await)
}

/// Sends a test message; returns the provider's response.
pub async fn test(State(web): State<Web>, Extension(actor): Extension<Actor>, Id(id): Id) -> Response {
    reply(web.dashboard.test_channel(&actor, id).await)
}

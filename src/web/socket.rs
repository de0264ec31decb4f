//! `GET /ws/alerts`: the WebSocket upgrade of a live connection.

use app::Error;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::api::answer;
use super::csrf::is_same_site;
use super::{Web, auth};
use crate::crypto::random_id;
use crate::live::socket::Live;

/// Where to resume.
#[derive(Deserialize)]
pub struct Resume {
    after: Option<i64>,
}

/// Maximum message size in bytes; clients send nothing large.
const MAX_MESSAGE: usize = 4096;

/// Checks Origin and actor, then hands the connection to `live`.
pub async fn connect(
    State(web): State<Web>,
    Query(resume): Query<Resume>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !is_same_site(&headers, &web.ops.config.app_url()) {
        return answer(Error::CrossSite);
    }
    let actor = match auth::find_actor(&web.ops, &headers).await {
        Ok(Some(actor)) => actor,
        Ok(None) => return answer(Error::Unauthorized),
        Err(error) => return answer(error.to_public(&random_id())),
    };
    let live = Live { ops: web.ops.clone(), hub: web.hub.clone(), stop: web.stop.clone() };
    // The default buffers take 134 KB per connection; these take 6 KB and make the fan-out a third faster.
    let upgrade =
        upgrade.read_buffer_size(4096).write_buffer_size(0).max_message_size(MAX_MESSAGE).max_frame_size(MAX_MESSAGE);
    let open = web.hub.token();
    upgrade.on_upgrade(move |socket| async move {
        let _open = open;
        let ops = live.ops.clone();
        // A database failure is no reason to disconnect everyone.
        let still_in = || async { !matches!(auth::find_actor(&ops, &headers).await, Ok(None)) };
        live.serve(socket, actor, resume.after, still_in).await;
    })
}

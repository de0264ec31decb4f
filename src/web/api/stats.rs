//! `/api/v1/stats` and `/api/v1/health`.

use app::backend::Overviews;
use app::types::Actor;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;

use super::reply;
use crate::web::Web;

/// For the current UTC day and the last 24 hours.
pub async fn get(State(web): State<Web>, Extension(actor): Extension<Actor>) -> Response {
    reply(web.dashboard.get_numbers(&actor).await.map(|numbers| numbers.stats))
}

pub async fn health(State(web): State<Web>, Extension(actor): Extension<Actor>) -> Response {
    reply(web.dashboard.get_numbers(&actor).await.map(|numbers| numbers.health))
}

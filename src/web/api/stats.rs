//! `/api/v1/stats` and `/api/v1/health`.

use app::backend::Overviews;
use app::types::Role::Viewer;
use app::types::{Actor, Health, Stats};
use axum::Extension;
use axum::extract::State;
use axum::response::Response;

use super::endpoint::{self, Endpoint};
use super::reply;
use crate::web::Web;

/// The endpoints and their roles.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint::get("/stats", Viewer, "Overview statistics", get).gives::<Stats>(),
        endpoint::get("/health", Viewer, "Health of every component", health).gives::<Health>(),
    ]
}

/// For the current UTC day and the last 24 hours.
pub async fn get(State(web): State<Web>, Extension(actor): Extension<Actor>) -> Response {
    reply(web.dashboard.get_numbers(&actor).await.map(|numbers| numbers.stats))
}

/// Every health check.
pub async fn health(State(web): State<Web>, Extension(actor): Extension<Actor>) -> Response {
    reply(web.dashboard.get_numbers(&actor).await.map(|numbers| numbers.health))
}

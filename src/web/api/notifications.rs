//! `/api/v1/notifications`.

use app::backend::Notifications;
use app::types::Role::{Operator, Viewer};
use app::types::{Actor, Notification, NotificationQuery, Page};
use axum::Extension;
use axum::extract::State;
use axum::response::Response;

use super::endpoint::{self, Endpoint};
use super::{Filters, Id, Resent, Retold, accepted, reply};
use crate::web::Web;

/// The endpoints and their roles.
pub fn endpoints() -> Vec<Endpoint> {
    const FILTERS: &[&str] = &["status", "channel", "channel_id", "alert_id", "kind"];
    vec![
        endpoint::get("/notifications", Viewer, "Notifications, newest first", list)
            .filters(FILTERS)
            .gives::<Page<Notification>>(),
        endpoint::post("/notifications/{id}/retry", Operator, "Resend a failed or cancelled notification", retry)
            .gives::<Resent>(),
        endpoint::post(
            "/notifications/retry-untold",
            Operator,
            "Retry all open alerts with no notification delivered",
            retry_undelivered,
        )
        .gives::<Retold>(),
    ]
}

/// A page of the notification log.
pub async fn list(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Filters(query): Filters<NotificationQuery>,
) -> Response {
    reply(web.dashboard.list_notifications(&actor, query).await)
}

/// 202: the notification is queued and sent asynchronously.
pub async fn retry(State(web): State<Web>, Extension(actor): Extension<Actor>, Id(id): Id) -> Response {
    accepted(web.dashboard.retry_notification(&actor, id).await.map(|()| Resent { id }))
}

/// Queues notifications for every open alert that nobody was notified of.
pub async fn retry_undelivered(State(web): State<Web>, Extension(actor): Extension<Actor>) -> Response {
    reply(web.dashboard.retry_undelivered(&actor).await.map(|changed| Retold { changed }))
}

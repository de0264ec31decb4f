//! For load balancers and collectors: alive, ready, counted.

use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use super::Web;
use crate::metrics::gauge;

/// How long the database may take to be called ready.
const PATIENCE: Duration = Duration::from_secs(2);

/// `GET /healthz`: the process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: a webhook would be stored. Redis does not count, since ingest does not need it.
pub async fn ready(State(web): State<Web>) -> impl IntoResponse {
    if web.stop.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match tokio::time::timeout(PATIENCE, web.ops.db.ping()).await {
        Ok(Ok(())) => (StatusCode::OK, "ready\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}

/// `GET /metrics`, in the text format of Prometheus.
pub async fn metrics(State(web): State<Web>) -> impl IntoResponse {
    let mut text = web.ops.metrics.render();
    if let Ok((waiting, oldest)) = web.ops.db.backlog(web.ops.now()).await {
        let age = oldest.map_or(0, |since| web.ops.now() - since);
        gauge(&mut text, "events_waiting", "Events that are due and not yet claimed.", waiting);
        gauge(&mut text, "events_oldest_waiting_ms", "How long the oldest of them has waited.", age);
    }
    if let Ok(untold) = web.ops.db.count_untold().await {
        gauge(&mut text, "alerts_untold", "Open alerts that nobody was told about.", untold);
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}

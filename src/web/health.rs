//! Endpoints for load balancers and monitoring: liveness, readiness, metrics.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use super::Web;
use crate::metrics::{gauge, gauges};

/// `GET /healthz`: the process responds.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: a webhook would be stored. Redis is not checked, since ingest does not need it. The reason for a failure is
/// only logged, as this endpoint is unauthenticated.
pub async fn ready(State(web): State<Web>) -> impl IntoResponse {
    if web.draining.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match web.ops.db.ready().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "database unavailable\n"),
    }
}

/// `GET /metrics`, in the Prometheus text format.
pub async fn metrics(State(web): State<Web>) -> impl IntoResponse {
    let mut text = web.ops.metrics.render();
    if let Ok((waiting, oldest)) = web.ops.db.backlog(web.ops.now()).await {
        let age = oldest.map_or(0, |since| web.ops.now() - since);
        gauge(&mut text, "events_waiting", "Events waiting to be processed.", waiting);
        gauge(&mut text, "events_oldest_waiting_ms", "Age of the oldest waiting event in milliseconds.", age);
    }
    if let Ok(untold) = web.ops.db.count_undelivered().await {
        gauge(&mut text, "alerts_untold", "Open alerts with no notification delivered.", untold);
    }
    gauge(&mut text, "wal_bytes", "Size of SQLite's write-ahead log.", web.ops.db.wal_bytes() as i64);
    let longest = web.ops.db.longest_writes();
    let longest = longest.iter().map(|(writer, took)| (writer.as_str(), took.as_secs_f64()));
    gauges(
        &mut text,
        "write_transaction_longest_seconds",
        "Longest write transaction since startup.",
        "writer",
        longest,
    );
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}

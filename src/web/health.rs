//! Endpoints for load balancers and monitoring: liveness, readiness, metrics.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use super::Web;
use crate::metrics::Gauges;
use crate::ops::Ops;

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
pub async fn metrics(State(web): State<Web>) -> Result<impl IntoResponse, StatusCode> {
    let gauges = read_gauges(&web.ops).await.map_err(|error| {
        tracing::error!("cannot collect metrics: {error}");
        StatusCode::INTERNAL_SERVER_ERROR
    })?;
    Ok(([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], web.ops.metrics.render(&gauges)))
}

/// Those of the database are left out while it does not answer.
async fn read_gauges(ops: &Ops) -> prometheus::Result<Gauges> {
    let gauges = Gauges::new()?;
    if let Ok((waiting, oldest)) = ops.db.backlog(ops.now()).await {
        let age = oldest.map_or(0, |since| ops.now() - since);
        gauges.add("events_waiting", "Events waiting to be processed.", waiting)?;
        gauges.add("events_oldest_waiting_ms", "Age of the oldest waiting event in milliseconds.", age)?;
    }
    if let Ok(undelivered) = ops.db.count_undelivered().await {
        gauges.add("alerts_untold", "Open alerts with no notification delivered.", undelivered)?;
    }
    gauges.add("wal_bytes", "Size of SQLite's write-ahead log.", ops.db.wal_bytes() as i64)?;
    let longest = ops.db.longest_writes();
    let longest = longest.iter().map(|(writer, took)| (writer.as_str(), took.as_secs_f64()));
    let help = "Longest write transaction since startup.";
    gauges.add_each("write_transaction_longest_seconds", help, "writer", longest)?;
    Ok(gauges)
}

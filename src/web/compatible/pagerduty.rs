//! `POST /v2/enqueue`: PagerDuty's Events API v2.

use app::Error;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::Delivery;
use crate::crypto::random_id;
use crate::web::Web;
use crate::web::api::answer;
use crate::web::peer::client_ip;

const ACTIONS: [&str; 3] = ["trigger", "acknowledge", "resolve"];

/// Stores the event without its key, and answers with the key of the problem, which is made up where the sender has none.
pub async fn enqueue(State(web): State<Web>, request: Request) -> Response {
    let ip = client_ip(&request);
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, super::LARGEST).await.unwrap_or_default();
    let (mut event, key) = match read(&bytes) {
        Ok(read) => read,
        Err(why) => return invalid(&why),
    };
    let dedup_key = event.get("dedup_key").and_then(Value::as_str).filter(|key| !key.is_empty());
    let dedup_key = dedup_key.map_or_else(random_id, str::to_owned);
    event.insert("dedup_key".to_owned(), dedup_key.clone().into());
    let header = ("x-routing-key", key.clone());
    let delivery = Delivery { pack: "pagerduty-events", key, header, headers: parts.headers, ip, body: event };
    match delivery.store(&web).await {
        Some(Ok(_)) => {
            let body = json!({ "status": "success", "message": "Event processed", "dedup_key": dedup_key });
            (StatusCode::ACCEPTED, Json(body)).into_response()
        }
        Some(Err(error)) => match error.to_public(&random_id()) {
            Error::InvalidSignature => invalid("Invalid routing key"),
            error => answer(error),
        },
        None => invalid("Invalid routing key"),
    }
}

/// The event without its routing key, and the key; or what is wrong.
fn read(bytes: &Bytes) -> Result<(Map<String, Value>, String), String> {
    let event: Value = serde_json::from_slice(bytes).map_err(|error| format!("The body is not JSON: {error}"))?;
    let Value::Object(mut event) = event else { return Err("The body must be an object".to_owned()) };
    let action = event.get("event_action").and_then(Value::as_str).unwrap_or_default();
    if !ACTIONS.contains(&action) {
        return Err("'event_action' must be trigger, acknowledge or resolve".to_owned());
    }
    if action != "trigger" && event.get("dedup_key").and_then(Value::as_str).is_none_or(str::is_empty) {
        return Err(format!("'dedup_key' is required for {action}"));
    }
    match event.remove("routing_key") {
        Some(Value::String(key)) => Ok((event, key)),
        _ => Err("'routing_key' is missing or blank".to_owned()),
    }
}

fn invalid(why: &str) -> Response {
    let body = json!({ "status": "invalid event", "message": "Event object is invalid", "errors": [why] });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

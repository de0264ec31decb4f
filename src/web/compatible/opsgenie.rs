//! `POST /v2/alerts`: Opsgenie's Alert API.

use app::Error;
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::Delivery;
use crate::crypto::random_id;
use crate::web::Web;
use crate::web::api::answer;
use crate::web::peer::client_ip;

/// What can be done to an alert: those that change its state here.
const ACTIONS: [&str; 3] = ["close", "acknowledge", "unacknowledge"];

/// `POST /v2/alerts`.
pub async fn create(State(web): State<Web>, request: Request) -> Response {
    store(&web, "create", None, request).await
}

/// `POST /v2/alerts/{alias}/{action}`. An id is taken for an alias.
pub async fn change(
    State(web): State<Web>,
    Path((alias, action)): Path<(String, String)>,
    request: Request,
) -> Response {
    store(&web, &action, Some(alias), request).await
}

/// Stores the body together with what the path says.
async fn store(web: &Web, action: &str, alias: Option<String>, request: Request) -> Response {
    let ip = client_ip(&request);
    let (parts, body) = request.into_parts();
    let Some(key) = key(&parts.headers) else {
        return respond(StatusCode::UNAUTHORIZED, "message", "Could not authenticate");
    };
    if alias.is_some() && !ACTIONS.contains(&action) {
        return respond(StatusCode::NOT_FOUND, "message", "Supported actions: close, acknowledge, unacknowledge.");
    }
    let bytes = axum::body::to_bytes(body, super::LARGEST).await.unwrap_or_default();
    let Some(mut body) = object(&bytes) else {
        return respond(StatusCode::UNPROCESSABLE_ENTITY, "message", "The body must be a JSON object.");
    };
    body.insert("opscenter".to_owned(), json!({ "action": action, "alias": alias }));
    let header = ("authorization", format!("GenieKey {key}"));
    let delivery = Delivery { pack: "opsgenie-api", key, header, headers: parts.headers, ip, body };
    match delivery.store(web).await {
        Some(Ok(_)) => respond(StatusCode::ACCEPTED, "result", "Request will be processed"),
        Some(Err(error)) => match error.to_public(&random_id()) {
            Error::InvalidSignature => respond(StatusCode::UNAUTHORIZED, "message", "Could not authenticate"),
            error => answer(error),
        },
        None => respond(StatusCode::UNAUTHORIZED, "message", "Could not authenticate"),
    }
}

fn key(headers: &HeaderMap) -> Option<String> {
    let (scheme, key) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("geniekey").then(|| key.trim().to_owned())
}

/// The body; that of a change may be missing.
fn object(bytes: &[u8]) -> Option<Map<String, Value>> {
    if bytes.trim_ascii().is_empty() {
        return Some(Map::new());
    }
    serde_json::from_slice(bytes).ok()
}

fn respond(status: StatusCode, name: &str, text: &str) -> Response {
    (status, Json(json!({ name: text, "took": 0.0, "requestId": random_id() }))).into_response()
}

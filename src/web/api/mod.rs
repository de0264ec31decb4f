//! The REST API under `/api/v1`: bearer tokens, JSON, the same operations as the dashboard.

pub mod access;
pub mod alerts;
pub mod channels;
pub mod endpoint;
pub mod events;
pub mod notifications;
pub mod openapi;
pub mod quarantine;
pub mod sources;
pub mod stats;

use app::Error;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::crypto::random_id;
use crate::payload::Payload;
use crate::web::Web;
use endpoint::Endpoint;

/// Number of changed rows.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Count {
    /// How many.
    pub changed: i64,
}

/// An event that is queued for processing.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EventId {
    /// Id of the event.
    pub event_id: i64,
}

/// A notification that is queued again.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Resent {
    /// Id of the notification.
    pub id: i64,
}

/// Number of alerts whose notifications are queued again.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Retold {
    pub changed: i64,
}

/// Every endpoint of `/api/v1`, in the order of the OpenAPI document.
pub fn endpoints() -> Vec<Endpoint> {
    let all = [
        alerts::endpoints(),
        events::endpoints(),
        quarantine::endpoints(),
        sources::endpoints(),
        notifications::endpoints(),
        channels::endpoints(),
        stats::endpoints(),
        access::endpoints(),
    ];
    all.into_iter().flatten().collect()
}

/// The routes of all endpoints.
pub fn routes() -> Router<Web> {
    // A change that does not exist, `POST /alerts/{verb}`, is not found.
    endpoint::routes(endpoints()).route("/alerts/{id}", post(no_such_address))
}

/// The JSON response of an error.
pub fn answer(error: Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut body = json!({ "code": error.code(), "message": error.to_string() });
    if let Some(field) = error.field() {
        body["field"] = field.into();
    }
    let mut response = (status, Json(json!({ "error": body }))).into_response();
    if matches!(error, Error::Unavailable) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// The JSON response of a result.
pub fn reply<T: Serialize>(result: app::Result<T>) -> Response {
    match result {
        Ok(value) => Json(value).into_response(),
        Err(error) => answer(error),
    }
}

/// 201 with the created object.
pub fn created<T: Serialize>(result: app::Result<T>) -> Response {
    result.map_or_else(answer, |value| (StatusCode::CREATED, Json(value)).into_response())
}

/// 202 with the id of the queued object.
pub fn accepted<T: Serialize>(result: app::Result<T>) -> Response {
    result.map_or_else(answer, |value| (StatusCode::ACCEPTED, Json(value)).into_response())
}

/// 204.
pub fn no_content(result: app::Result<()>) -> Response {
    result.map_or_else(answer, |()| StatusCode::NO_CONTENT.into_response())
}

/// Headers that keep a browser from executing untrusted content, whatever it contains.
const INERT: [(header::HeaderName, &str); 3] = [
    (header::CONTENT_TYPE, "application/octet-stream"),
    (header::CONTENT_DISPOSITION, "attachment"),
    (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
];

/// An untrusted body as a download. Its original content type is in the event's details, never in this response.
pub fn download(found: crate::error::Result<Payload>) -> Response {
    match found {
        Ok(payload) => (INERT, Bytes::from_owner(payload)).into_response(),
        Err(error) => answer(error.to_public(&random_id())),
    }
}

/// Any other path under `/api/v1`.
pub async fn no_such_address() -> Response {
    answer(Error::not_found("address"))
}

/// A known path with an unsupported method.
pub async fn other_method() -> Response {
    answer(Error::MethodNotAllowed)
}

/// Extracts a query string; unknown parameters are 422.
pub struct Filters<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Filters<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        match Query::<T>::try_from_uri(&parts.uri) {
            Ok(Query(filters)) => Ok(Self(filters)),
            Err(rejection) => Err(answer(Error::invalid("query", reason(&rejection)))),
        }
    }
}

/// Extracts a numeric id from the path; anything else is 404.
pub struct Id(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        match Path::<i64>::from_request_parts(parts, state).await {
            Ok(Path(id)) => Ok(Self(id)),
            Err(_) => Err(answer(Error::not_found("resource"))),
        }
    }
}

/// Parses a JSON body; unknown fields are 422.
pub fn body<T: DeserializeOwned>(bytes: &Bytes) -> app::Result<T> {
    serde_json::from_slice(bytes).map_err(|error| Error::invalid("body", error.to_string()))
}

/// The innermost cause, which names the parameter.
fn reason(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

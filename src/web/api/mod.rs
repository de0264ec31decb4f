//! The REST interface under `/api/v1`: bearer tokens, JSON, the same verbs as the dashboard.

pub mod access;
pub mod alerts;
pub mod events;
pub mod notifications;
pub mod openapi;
pub mod quarantine;
pub mod sources;
pub mod stats;

use app::Error;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::crypto::random_id;
use crate::payload::Payload;

/// How many were changed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Count {
    pub changed: i64,
}

/// An event that is being worked off.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EventId {
    pub event_id: i64,
}

/// Something that is being sent again.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Resent {
    pub id: i64,
}

/// How many alerts are told of once more.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Retold {
    pub changed: i64,
}

/// An error as every client sees it.
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

/// An answer or an error.
pub fn reply<T: Serialize>(result: app::Result<T>) -> Response {
    match result {
        Ok(value) => Json(value).into_response(),
        Err(error) => answer(error),
    }
}

/// What keeps a browser from running bytes that a stranger sent, whatever they hold.
const INERT: [(header::HeaderName, &str); 3] = [
    (header::CONTENT_TYPE, "application/octet-stream"),
    (header::CONTENT_DISPOSITION, "attachment"),
    (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
];

/// Bytes that a stranger sent, as a download. Their own content type is in the event's facts, never in this answer.
pub fn download(found: crate::error::Result<Payload>) -> Response {
    match found {
        Ok(payload) => (INERT, Bytes::from_owner(payload)).into_response(),
        Err(error) => answer(error.to_public(&random_id())),
    }
}

/// Anything else under `/api/v1`.
pub async fn no_such_address() -> Response {
    answer(Error::not_found("address"))
}

/// A known address, another method.
pub async fn other_method() -> Response {
    answer(Error::MethodNotAllowed)
}

/// A query string; what it does not know is 422.
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

/// A number in the path; anything else is no such thing.
pub struct Id(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        match Path::<i64>::from_request_parts(parts, state).await {
            Ok(Path(id)) => Ok(Self(id)),
            Err(_) => Err(answer(Error::not_found("thing"))),
        }
    }
}

/// A JSON body; what it does not know is 422.
pub fn body<T: DeserializeOwned>(bytes: &Bytes) -> app::Result<T> {
    serde_json::from_slice(bytes).map_err(|error| Error::invalid("body", error.to_string()))
}

/// The innermost cause, which names the filter.
fn reason(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

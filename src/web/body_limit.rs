//! Limits size and duration of request bodies.

use std::time::Duration;

use app::Error;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::LengthLimitError;

use super::api::answer;

/// Maximum bytes of a form from a visitor who is not signed in, and of any other body.
pub const FORM: usize = 16 * 1024;
pub const CALL: usize = 1024 * 1024;

/// A body must be received completely within this time.
const DEADLINE: Duration = Duration::from_secs(10);

/// Middleware that reads the complete body before the handler runs.
pub async fn limited(State(limit): State<usize>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(DEADLINE, to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Ok(Err(error)) if is_too_large(&error) => answer(Error::PayloadTooLarge { limit: limit as u64 }),
        Ok(Err(_)) | Err(_) => answer(Error::BadRequest("The request body was not received.".to_owned())),
    }
}

fn is_too_large(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.is::<LengthLimitError>())
}

//! Bodies of forms and scripts: small, and here soon.

use std::time::Duration;

use app::Error;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::LengthLimitError;

use super::api::answer;

/// Bytes of a form of somebody who is not signed in, and of what anybody else sends.
pub const FORM: usize = 16 * 1024;
pub const CALL: usize = 1024 * 1024;

/// A body must be whole within this.
const DEADLINE: Duration = Duration::from_secs(10);

/// Reads the body before anybody works on the request.
pub async fn limited(State(limit): State<usize>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(DEADLINE, to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Ok(Err(error)) if is_too_large(&error) => answer(Error::PayloadTooLarge { limit: limit as u64 }),
        Ok(Err(_)) | Err(_) => answer(Error::BadRequest("The body did not arrive.".to_owned())),
    }
}

fn is_too_large(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.is::<LengthLimitError>())
}

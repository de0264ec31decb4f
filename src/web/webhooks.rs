//! The webhook endpoint: HTTP around `ingest`.

use std::collections::HashMap;

use app::Error;
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq;

use super::Web;
use super::api::answer;
use super::peer::client_ip;
use crate::crypto::random_id;
use crate::ingest::header_bytes;
use crate::ingest::receiver::{Answer, Incoming};
use crate::provider::Reply;
use crate::sources::Found;

/// Maximum bytes of all headers, as they are stored with the event. Known providers need less than 8 KiB.
const MAX_HEADERS: usize = 32 * 1024;

/// `POST /api/webhooks/{source}`.
pub async fn receive(State(web): State<Web>, Path(slug): Path<String>, request: Request<Body>) -> Response {
    if header_bytes(request.headers()) > MAX_HEADERS {
        let mut response = answer(Error::BadRequest("The headers are larger than 32 KiB.".to_owned()));
        *response.status_mut() = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return response;
    }
    let ip = client_ip(&request);
    let (parts, body) = request.into_parts();
    let request_id = random_id();
    let query = parts.uri.query().map(str::to_owned);
    let incoming = Incoming { slug, headers: parts.headers, query, ip, request_id: request_id.clone() };
    let mut response = match web.receiver.receive(incoming, body).await {
        Ok(Answer::Receipt(receipt, status)) => (status_of(status), Json(receipt)).into_response(),
        Ok(Answer::Handshake(reply)) => handshake_response(reply),
        Err(error) => answer(error.to_public(&request_id)),
    };
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

fn handshake_response(reply: Reply) -> Response {
    let content_type = HeaderValue::from_static(reply.content_type);
    (status_of(reply.status), [(header::CONTENT_TYPE, content_type)], reply.body).into_response()
}

/// With 204, hyper omits the body.
fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::OK)
}

/// `GET /api/webhooks/{source}`: answers the challenge of a provider's handshake, else 405.
pub async fn challenge(
    State(web): State<Web>,
    Path(slug): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let source = match web.ops.sources.find(&slug).await.map(|found| found.filter(Found::is_active)) {
        Ok(Some(Found::Ready(source))) => source,
        Ok(Some(Found::Broken(_))) => return answer(Error::Unavailable),
        Ok(None) => return answer(Error::SourceNotFound),
        Err(error) => return answer(crate::error::Error::from(error).to_public(&random_id())),
    };
    let Some(handshake) = source.pack.get_handshake.as_ref() else { return other_method().await };
    let expected = source.settings.words.get("verify_token").filter(|token| !token.is_empty());
    let is_right =
        expected.zip(query.get(&handshake.token)).is_some_and(|(a, b)| a.as_bytes().ct_eq(b.as_bytes()).into());
    match query.get(&handshake.challenge).filter(|_| is_right) {
        Some(challenge) => handshake_response(Reply {
            status: 200,
            content_type: "text/plain; charset=utf-8",
            body: challenge.clone(),
        }),
        None => answer(Error::InvalidSignature),
    }
}

/// 405 for methods other than POST.
pub async fn other_method() -> Response {
    let mut response = answer(Error::MethodNotAllowed);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    response
}

//! The providers' address: HTTP in, `ingest` inside, HTTP out.

use app::Error;
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::Web;
use super::api::answer;
use super::peer::client_ip;
use crate::crypto::random_id;
use crate::ingest::receive::Incoming;

/// `POST /api/webhooks/{source}`.
pub async fn receive(State(web): State<Web>, Path(slug): Path<String>, request: Request<Body>) -> Response {
    let ip = client_ip(&request, &web.ops.config.trusted_proxies.0);
    let (parts, body) = request.into_parts();
    let request_id = random_id();
    let incoming = Incoming { slug, headers: parts.headers, ip, request_id: request_id.clone() };
    let mut response = match web.receiver.receive(incoming, body).await {
        Ok(receipt) => Json(receipt).into_response(),
        Err(error) => answer(error.tell(&request_id)),
    };
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// A webhook is posted; no pack of ours shakes hands by GET yet.
pub async fn other_method() -> Response {
    let mut response = answer(Error::MethodNotAllowed);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    response
}

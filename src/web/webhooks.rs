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
use crate::provider::{Reply, TOKEN};
use crate::sources::Found;

/// Maximum bytes of all headers, as they are stored with the event. Known providers need less than 8 KiB.
const MAX_HEADERS: usize = 32 * 1024;

/// `POST /api/webhooks/{source}`, or `/api/webhooks/{source}/{token}`. Empty segments are ignored: a base URL that ends with a
/// slash is often joined with a path that begins with one.
pub async fn receive(State(web): State<Web>, Path(path): Path<String>, request: Request<Body>) -> Response {
    let Some((slug, token)) = segments(&path) else { return answer(Error::SourceNotFound) };
    if header_bytes(request.headers()) > MAX_HEADERS {
        let mut response = answer(Error::BadRequest("The headers are larger than 32 KiB.".to_owned()));
        *response.status_mut() = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return response;
    }
    let ip = client_ip(&request);
    let (parts, body) = request.into_parts();
    let request_id = random_id();
    let query = with_token(parts.uri.query(), token.as_deref());
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

/// Source and token of a path below `/api/webhooks`. A token may contain slashes, as base64 does.
fn segments(path: &str) -> Option<(String, Option<String>)> {
    let path = path.trim_matches('/');
    let (slug, token) = path.split_once('/').map_or((path, None), |(slug, token)| (slug, Some(token)));
    let token = token.map(|token| token.trim_start_matches('/').to_owned());
    (!slug.is_empty()).then(|| (slug.to_owned(), token))
}

/// The query string with the token of the path, so that there is one place where a URL has it.
fn with_token(query: Option<&str>, token: Option<&str>) -> Option<String> {
    let Some(token) = token else { return query.map(str::to_owned) };
    let mut text = form_urlencoded::Serializer::new(query.unwrap_or_default().to_owned());
    Some(text.append_pair(TOKEN, token).finish())
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
    Path(path): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let Some((slug, _)) = segments(&path) else { return answer(Error::SourceNotFound) };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_source_and_token() {
        let of = |path| segments(path).map(|(slug, token)| format!("{slug} {}", token.unwrap_or_default()));
        assert_eq!(of("github"), Some("github ".into()));
        assert_eq!(of("/github/"), Some("github ".into()));
        assert_eq!(of("github/hush/"), Some("github hush".into()));
        assert_eq!(of("github//a/b=="), Some("github a/b==".into()));
        assert_eq!([of(""), of("/")], [None, None]);
    }

    #[test]
    fn the_token_of_a_path_joins_the_query() {
        assert_eq!(with_token(Some("a=1&token=x"), None).as_deref(), Some("a=1&token=x"));
        assert_eq!(with_token(Some("a=1"), Some("h&h")).as_deref(), Some("a=1&token=h%26h"));
        assert_eq!(with_token(None, Some("hush")).as_deref(), Some("token=hush"));
    }
}

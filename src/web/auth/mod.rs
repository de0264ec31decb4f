//! Authentication: user sessions, bearer tokens for scripts, and the one-time link that creates the first admin.

mod form;
mod session;
mod setup;
mod sign_in;

use std::time::Duration;

use app::Error;
use app::backend::Overviews;
use app::types::{Actor, Shell, time};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::Web;
use super::api::answer;
use crate::crypto::{random_id, token_hash};
use crate::error::Result;
use crate::ops::Ops;

pub use session::{IDLE, is_https};
pub use setup::{setup, setup_link};
pub use sign_in::{sign_in, sign_out};

use session::session_token;

/// For this long after a database failure the time of last use is not recorded.
const SINCE_FAILURE: Duration = Duration::from_secs(15);

/// Minimum interval between updates of the time of last use, in milliseconds.
const TOUCH: i64 = time::MINUTE;

/// Middleware that requires a bearer token.
pub async fn require_token(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    match token_actor(&web.ops, request.headers()).await {
        Ok(Some(actor)) => {
            request.extensions_mut().insert(actor);
            next.run(request).await
        }
        Ok(None) => {
            let mut response = answer(Error::Unauthorized);
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            response
        }
        Err(error) => answer(error.to_public(&random_id())),
    }
}

/// Middleware that requires a session; others are redirected to sign in, or to create the first admin.
pub async fn require_sign_in(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let is_gate = path == "/sign-in" || path == "/setup";
    match session_actor(&web.ops, request.headers()).await {
        Ok(Some(_)) if is_gate => Redirect::to("/").into_response(),
        Ok(Some(actor)) => match frame_of(&web, &actor, &path).await {
            Ok(frame) => {
                request.extensions_mut().insert(actor);
                request.extensions_mut().insert(frame);
                next.run(request).await
            }
            Err(error) => answer(error),
        },
        Ok(None) if is_gate => next.run(request).await,
        // In the format of a server function's error, so that the page can decode it.
        Ok(None) if path.starts_with("/rpc/") => (StatusCode::UNAUTHORIZED, Json(Error::Unauthorized)).into_response(),
        Ok(None) => Redirect::to(&sign_in_url(&path, request.uri().query())).into_response(),
        Err(error) => answer(error.to_public(&random_id())),
    }
}

/// Data of the shell around a page. Read before rendering, since a component that suspends here would make Leptos render the
/// page twice. Server functions have no shell.
async fn frame_of(web: &Web, actor: &Actor, path: &str) -> app::Result<Option<Shell>> {
    if path.starts_with("/rpc/") {
        return Ok(None);
    }
    web.dashboard.get_shell(actor).await.map(Some)
}

/// The actor of a session or a token, for the WebSocket.
pub async fn find_actor(ops: &Ops, headers: &HeaderMap) -> Result<Option<Actor>> {
    match token_actor(ops, headers).await? {
        Some(actor) => Ok(Some(actor)),
        None => session_actor(ops, headers).await,
    }
}

async fn token_actor(ops: &Ops, headers: &HeaderMap) -> Result<Option<Actor>> {
    let Some(token) = bearer(headers) else { return Ok(None) };
    let Some(token) = ops.db.find_token(&token_hash(token)).await? else { return Ok(None) };
    let now = ops.now();
    if token.last_used_at.is_none_or(|at| now - at > TOUCH) {
        let db = ops.db.clone();
        note(ops, async move { db.touch_token(token.id, now).await });
    }
    Ok(Some(Actor { name: format!("token:{}", token.name), role: token.role }))
}

async fn session_actor(ops: &Ops, headers: &HeaderMap) -> Result<Option<Actor>> {
    let Some(token) = session_token(ops, headers) else { return Ok(None) };
    let now = ops.now();
    let Some(session) = ops.db.find_session(&token_hash(&token), now, now - IDLE).await? else { return Ok(None) };
    if now - session.seen_at > TOUCH {
        let db = ops.db.clone();
        note(ops, async move { db.touch_session(session.id, now).await });
    }
    Ok(Some(Actor { name: session.email, role: session.role }))
}

/// Records the time of last use in the background: a read must not wait for it or fail because of it, as when the database is
/// read-only.
fn note(ops: &Ops, noted: impl Future<Output = crate::db::Result<()>> + Send + 'static) {
    if ops.db.availability().failing(SINCE_FAILURE).is_some() {
        return;
    }
    tokio::spawn(async move {
        if let Err(error) = noted.await {
            tracing::warn!("cannot update the last-seen time: {error}");
        }
    });
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim())
}

fn sign_in_url(path: &str, query: Option<&str>) -> String {
    let next = query.map_or(path.to_owned(), |query| format!("{path}?{query}"));
    if next == "/" {
        return "/sign-in".to_owned();
    }
    format!("/sign-in?{}", form_urlencoded::Serializer::new(String::new()).append_pair("next", &next).finish())
}

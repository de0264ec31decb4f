//! The session of a person: a random token in a cookie, its hash in the database.

use app::types::time;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::form::Origin;
use crate::crypto::{random_id, random_token, token_hash};
use crate::ops::Ops;
use crate::web::Web;
use crate::web::api::answer;

/// A session ends after this, and after [`IDLE`] without use; in milliseconds.
const ABSOLUTE: i64 = 30 * time::DAY;
pub const IDLE: i64 = 7 * time::DAY;

/// The token in a request's cookie.
pub fn session_token<'h>(ops: &Ops, headers: &'h HeaderMap) -> Option<&'h str> {
    let name = cookie_name(ops);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value))
}

/// Whether people come by https.
pub fn is_https(ops: &Ops) -> bool {
    ops.config.app_url().starts_with("https://")
}

/// `__Host-` pins the cookie to this host, and needs https.
fn cookie_name(ops: &Ops) -> &'static str {
    if is_https(ops) { "__Host-opscenter" } else { "opscenter" }
}

/// A cookie that holds a session for so many seconds.
pub fn cookie(ops: &Ops, value: &str, seconds: i64) -> String {
    let secure = if is_https(ops) { "; Secure" } else { "" };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", cookie_name(ops))
}

/// Starts a session and goes on to `next`.
pub async fn start_session(web: &Web, user_id: i64, origin: &Origin, next: &str) -> Response {
    let (token, now) = (random_token(""), web.ops.now());
    let db = &web.ops.db;
    match db.insert_session(user_id, &token_hash(&token), &origin.ip, &origin.agent, now, now + ABSOLUTE).await {
        Ok(()) => with_cookie(Redirect::to(next).into_response(), &cookie(&web.ops, &token, ABSOLUTE / 1000)),
        Err(error) => answer(crate::error::Error::from(error).tell(&random_id())),
    }
}

/// The response, and a cookie with it.
pub fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

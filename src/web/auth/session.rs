//! User sessions: a random token in a cookie, its hash in the database.

use app::Error;
use app::cookies;
use app::types::time;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use super::form::Origin;
use crate::crypto::{random_token, token_hash};
use crate::db::{AuditEntry, Credentials, NewSession, Writer};
use crate::error::Result;
use crate::ops::Ops;

/// A session expires after this, and after [`IDLE`] without use; in milliseconds.
const ABSOLUTE: i64 = 30 * time::DAY;
pub const IDLE: i64 = 7 * time::DAY;

/// How long a device is remembered, in milliseconds.
const KNOWN: i64 = 90 * time::DAY;

/// Cookie names, without the prefix used with HTTPS.
const SESSION: &str = "opscenter";
pub const DEVICE: &str = "opscenter_device";

/// The session token in the request's cookies.
pub fn session_token(ops: &Ops, headers: &HeaderMap) -> Option<String> {
    read_cookie(ops, headers, SESSION)
}

/// The value of one of our cookies.
pub fn read_cookie(ops: &Ops, headers: &HeaderMap, name: &str) -> Option<String> {
    cookies::read(headers, name, is_https(ops))
}

/// Whether the public URL uses HTTPS.
pub fn is_https(ops: &Ops) -> bool {
    ops.config.app_url().starts_with("https://")
}

fn cookie(ops: &Ops, name: &str, value: &str, seconds: i64) -> Option<HeaderValue> {
    cookies::set(name, value, seconds, cookies::SameSite::Lax, is_https(ops))
}

/// Clears the session cookie; the device cookie is kept.
pub fn no_session(ops: &Ops) -> Option<HeaderValue> {
    cookie(ops, SESSION, "", 0)
}

/// Starts a session, remembers the device, and redirects to `next`.
pub async fn start_session(ops: &Ops, user: &Credentials, origin: &Origin, next: &str) -> Result<Response> {
    let cookies = begin(ops, user, origin).await?;
    Ok(cookies.into_iter().fold(Redirect::to(next).into_response(), with_cookie))
}

/// The cookies of a new session, the session cookie first; none if the password was changed while it was being verified.
async fn begin(ops: &Ops, user: &Credentials, origin: &Origin) -> Result<[Option<HeaderValue>; 2]> {
    let (user_id, email) = (user.id, user.email.as_str());
    let (session, device, now) = (random_token(""), random_token(""), ops.now());
    let old = origin.device.as_deref().map(token_hash).unwrap_or_default();
    let new = NewSession {
        user_id,
        password_hash: &user.password_hash,
        token_hash: &token_hash(&session),
        ip: &origin.ip.to_string(),
        agent: &origin.agent,
        now,
        expires_at: now + ABSOLUTE,
    };
    let mut tx = ops.db.begin(Writer::Person).await?;
    if !tx.insert_session(&new).await? {
        return Err(Error::WrongPassword.into());
    }
    tx.replace_device(user_id, &old, &token_hash(&device), now, now + KNOWN).await?;
    tx.insert_audit(&entry(email, "user.sign_in", email, origin, now)).await?;
    tx.commit().await?;
    Ok([cookie(ops, SESSION, &session, ABSOLUTE / 1000), cookie(ops, DEVICE, &device, KNOWN / 1000)])
}

/// An audit log entry about signing in.
pub fn entry<'a>(actor: &'a str, action: &'a str, subject: &'a str, origin: &Origin, now: i64) -> AuditEntry<'a> {
    AuditEntry { actor, action, subject, detail: json!({ "ip": origin.ip, "agent": origin.agent }), now }
}

/// Adds a `Set-Cookie` header to a response.
pub fn with_cookie(mut response: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(value) = cookie {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

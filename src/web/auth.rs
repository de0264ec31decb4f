//! Who asks: sessions of people, bearer tokens of scripts, and the one-time link that makes the first admin.

use app::Error;
use app::backend::Overviews;
use app::types::{Actor, Role, Shell, time};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use serde::Deserialize;

use super::Web;
use super::api::answer;
use super::peer::client_ip;
use crate::crypto::{hash_password, random_id, random_token, token_hash, verify_password};
use crate::db::{AuditEntry, Db, Urgency, is_unique_violation};
use crate::error::Result;
use crate::ops::Ops;

/// A session ends after this, and after this without use; in milliseconds.
const ABSOLUTE: i64 = 30 * time::DAY;
pub const IDLE: i64 = 7 * time::DAY;

/// How often use of a session or token is noted.
const TOUCH: i64 = time::MINUTE;

/// Shortest password of a person.
pub const MIN_PASSWORD: usize = 10;

/// Where the hash of the first-run link is kept.
const SETUP: &str = "setup_token";

/// Lets a bearer token through to the API, and nobody else.
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
        Err(error) => answer(error.tell(&random_id())),
    }
}

/// Lets signed-in people through to pages; others are sent to sign in, or to make the first admin.
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
        // As a server function says it, so that the page understands.
        Ok(None) if path.starts_with("/rpc/") => (StatusCode::UNAUTHORIZED, Json(Error::Unauthorized)).into_response(),
        Ok(None) => Redirect::to(&sign_in_url(&path, request.uri().query())).into_response(),
        Err(error) => answer(error.tell(&random_id())),
    }
}

/// What the frame around a page shows; read before the page is drawn, since a frame that waits would draw its page
/// twice. Server functions have none.
async fn frame_of(web: &Web, actor: &Actor, path: &str) -> app::Result<Option<Shell>> {
    if path.starts_with("/rpc/") {
        return Ok(None);
    }
    web.dashboard.get_shell(actor).await.map(Some)
}

/// The actor of a session or a token, for the socket.
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
        ops.db.touch_token(token.id, now).await?;
    }
    Ok(Some(Actor { name: format!("token:{}", token.name), role: token.role }))
}

async fn session_actor(ops: &Ops, headers: &HeaderMap) -> Result<Option<Actor>> {
    let Some(token) = session_token(ops, headers) else { return Ok(None) };
    let now = ops.now();
    let Some(session) = ops.db.find_session(&token_hash(token), now, now - IDLE).await? else { return Ok(None) };
    if now - session.seen_at > TOUCH {
        ops.db.touch_session(session.id, now).await?;
    }
    Ok(Some(Actor { name: session.email, role: session.role }))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim())
}

fn session_token<'h>(ops: &Ops, headers: &'h HeaderMap) -> Option<&'h str> {
    let name = cookie_name(ops);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value))
}

fn is_https(ops: &Ops) -> bool {
    ops.config.app_url().starts_with("https://")
}

/// `__Host-` pins the cookie to this host, and needs https.
fn cookie_name(ops: &Ops) -> &'static str {
    if is_https(ops) { "__Host-opscenter" } else { "opscenter" }
}

fn cookie(ops: &Ops, value: &str, seconds: i64) -> String {
    let secure = if is_https(ops) { "; Secure" } else { "" };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", cookie_name(ops))
}

/// The sign-in form. `next` is where to go on.
#[derive(Deserialize)]
pub struct SignIn {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// `POST /sign-in`.
pub async fn sign_in(State(web): State<Web>, request: Request) -> Response {
    let (origin, form) = match read_form::<SignIn>(&web, request).await {
        Ok(read) => read,
        Err(response) => return *response,
    };
    let next = local_path(&form.next).to_owned();
    match check_password(&web, &origin, &form).await {
        Ok(user_id) => start_session(&web, user_id, &origin, &next).await,
        Err(error) => gate_again("/sign-in", &error.tell(&random_id()), &[("next", &next)]),
    }
}

async fn check_password(web: &Web, origin: &Origin, form: &SignIn) -> Result<i64> {
    let email = check_email(&form.email).map_err(|_| Error::WrongPassword)?;
    let (account, address) = (format!("email:{email}"), format!("ip:{}", origin.ip));
    // A hash costs 19 MiB; and while one is made no other guess slips past the throttle.
    let _turn = web.hashing.acquire().await.map_err(anyhow::Error::from)?;
    let now = web.ops.now();
    web.throttle.check(&[&account, &address], now)?;
    let credentials = web.ops.db.find_credentials(&email).await?.filter(|c| c.is_active);
    let hash = credentials.as_ref().map(|c| c.password_hash.clone());
    let fits = verify_password(form.password.clone(), hash).await?;
    match credentials.filter(|_| fits) {
        Some(credentials) => {
            web.throttle.succeeded(&account);
            Ok(credentials.id)
        }
        None => {
            tracing::warn!(ip = origin.ip, "a sign-in failed");
            web.throttle.failed(&[&account, &address], now);
            Err(Error::WrongPassword.into())
        }
    }
}

/// `POST /sign-out`.
pub async fn sign_out(State(web): State<Web>, headers: HeaderMap) -> Response {
    if let Some(token) = session_token(&web.ops, &headers)
        && let Err(error) = web.ops.db.delete_session(&token_hash(token)).await
    {
        return answer(crate::error::Error::from(error).tell(&random_id()));
    }
    with_cookie(Redirect::to("/sign-in").into_response(), &cookie(&web.ops, "", 0))
}

/// The first-run form.
#[derive(Deserialize)]
pub struct Setup {
    token: String,
    email: String,
    password: String,
}

/// `POST /setup`: makes the first admin, once.
pub async fn setup(State(web): State<Web>, request: Request) -> Response {
    let (origin, form) = match read_form::<Setup>(&web, request).await {
        Ok(read) => read,
        Err(response) => return *response,
    };
    match make_first_admin(&web, &form).await {
        Ok(user_id) => start_session(&web, user_id, &origin, "/sources/new").await,
        Err(error) => gate_again("/setup", &error.tell(&random_id()), &[("token", &form.token)]),
    }
}

async fn make_first_admin(web: &Web, form: &Setup) -> Result<i64> {
    let email = check_email(&form.email)?;
    check_new_password(&form.password)?;
    let spent = || Error::BadRequest("This link is spent or was replaced at a later start.".to_owned());
    let db = &web.ops.db;
    if db.has_admin().await? {
        return Err(spent().into());
    }
    let hash = hash_password(form.password.clone()).await?;
    let now = web.ops.now();
    let mut tx = db.begin(Urgency::Background).await?;
    if !tx.delete_setting(SETUP, &token_hash(&form.token)).await? {
        return Err(spent().into());
    }
    let user = tx.insert_user(&email, &hash, Role::Admin, now).await.map_err(|error| match error {
        error if is_unique_violation(&error) => Error::invalid("email", "is a user already").into(),
        error => crate::error::Error::from(error),
    })?;
    let entry = AuditEntry {
        actor: &email,
        action: "user.create",
        subject: &email,
        detail: serde_json::json!({ "role": "admin" }),
        now,
    };
    tx.insert_audit(&entry).await?;
    tx.commit().await?;
    Ok(user.id)
}

/// A new one-time link, as long as no admin exists. It goes to the terminal, never to a log.
pub async fn setup_link(ops: &Ops) -> anyhow::Result<Option<String>> {
    if ops.db.has_admin().await? {
        return Ok(None);
    }
    let token = random_token("");
    ops.db.set_setting(SETUP, &token_hash(&token), ops.now()).await?;
    Ok(Some(format!("{}/setup?token={token}", ops.config.app_url())))
}

/// An email in lower case, or what is wrong with it.
pub fn check_email(email: &str) -> app::Result<String> {
    let email = email.trim().to_lowercase();
    let sound = email.len() <= 254 && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    match email.split_once('@') {
        Some((name, host)) if sound && !name.is_empty() && !host.is_empty() && !host.contains('@') => Ok(email),
        _ => Err(Error::invalid("email", "is not an email address")),
    }
}

/// Long enough, and not too long to hash.
pub fn check_new_password(password: &str) -> app::Result<()> {
    match password.chars().count() {
        MIN_PASSWORD..=1024 => Ok(()),
        0..MIN_PASSWORD => Err(Error::invalid("password", format!("must have at least {MIN_PASSWORD} characters"))),
        _ => Err(Error::invalid("password", "must have at most 1024 characters")),
    }
}

/// Where a request comes from.
struct Origin {
    ip: String,
    agent: String,
}

async fn read_form<T: serde::de::DeserializeOwned>(
    web: &Web,
    request: Request,
) -> std::result::Result<(Origin, T), Box<Response>> {
    use axum::extract::FromRequest;
    let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let agent = crate::provider::clean_line(agent, 300);
    let origin = Origin { ip: client_ip(&request, &web.ops.config.trusted_proxies.0).to_string(), agent };
    match Form::<T>::from_request(request, &()).await {
        Ok(Form(form)) => Ok((origin, form)),
        Err(rejection) => Err(Box::new(answer(Error::BadRequest(rejection.body_text())))),
    }
}

async fn start_session(web: &Web, user_id: i64, origin: &Origin, next: &str) -> Response {
    let (token, now) = (random_token(""), web.ops.now());
    let db: &Db = &web.ops.db;
    match db.insert_session(user_id, &token_hash(&token), &origin.ip, &origin.agent, now, now + ABSOLUTE).await {
        Ok(()) => with_cookie(Redirect::to(next).into_response(), &cookie(&web.ops, &token, ABSOLUTE / 1000)),
        Err(error) => answer(crate::error::Error::from(error).tell(&random_id())),
    }
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// Back to the form, with the error in words the page knows.
fn gate_again(path: &str, error: &Error, keep: &[(&str, &str)]) -> Response {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("error", &error.to_string());
    query.extend_pairs(error.field().map(|field| ("field", field)));
    query.extend_pairs(keep.iter().filter(|(_, value)| !value.is_empty()));
    Redirect::to(&format!("{path}?{}", query.finish())).into_response()
}

fn sign_in_url(path: &str, query: Option<&str>) -> String {
    let next = query.map_or(path.to_owned(), |query| format!("{path}?{query}"));
    if next == "/" {
        return "/sign-in".to_owned();
    }
    format!("/sign-in?{}", form_urlencoded::Serializer::new(String::new()).append_pair("next", &next).finish())
}

/// A path of our own, whatever was asked for.
fn local_path(next: &str) -> &str {
    let is_local = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    if is_local { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_on_stays_here() {
        assert_eq!(local_path("/alerts?x=1"), "/alerts?x=1");
        for bad in ["https://evil.example", "//evil.example", "/\\evil.example", "", "javascript:alert(1)"] {
            assert_eq!(local_path(bad), "/");
        }
    }

    #[test]
    fn an_email_has_one_at() {
        assert_eq!(check_email(" Ann@Example.COM ").unwrap(), "ann@example.com");
        for bad in ["", "ann", "@example.com", "ann@", "a b@example.com", "a@b@c"] {
            assert!(check_email(bad).is_err(), "{bad}");
        }
    }
}

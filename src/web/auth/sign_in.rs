//! Signing in and out.

use app::Error;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use reqwest::Url;
use serde::Deserialize;

use super::form::{Origin, gate_again, read_form};
use super::session::{entry, no_session, session_token, start_session, with_cookie};
use crate::crypto::{random_id, token_hash};
use crate::dashboard::check_email;
use crate::db::{Credentials, Writer};
use crate::error::Result;
use crate::network::network;
use crate::ops::Ops;
use crate::throttle::sign_in_keys;
use crate::web::Web;
use crate::web::api::answer;

/// The sign-in form. `next` is the path to redirect to.
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
    let next = local_path(&form.next, &web.ops.config.app_url());
    let signed_in = async {
        let user = check_password(&web.ops, &origin, &form).await?;
        start_session(&web.ops, &user, &origin, &next).await
    };
    match signed_in.await {
        Ok(response) => response,
        Err(error) => gate_again("/sign-in", &error.to_public(&random_id()), &[("next", &next)]),
    }
}

async fn check_password(ops: &Ops, origin: &Origin, form: &SignIn) -> Result<Credentials> {
    let email = check_email(&form.email).map_err(|_| Error::WrongPassword)?;
    let device = match &origin.device {
        Some(token) => ops.db.find_device(&token_hash(token), &email, ops.now()).await?,
        None => None,
    };
    let keys = sign_in_keys(&email, network(origin.ip), device);
    ops.throttle.enter(&keys, ops.now())?;
    match fitting(ops, &email, &form.password).await.inspect_err(|_| ops.throttle.give_back(&keys))? {
        Some(user) => {
            ops.throttle.succeeded(&keys);
            Ok(user)
        }
        None => {
            note_failure(ops, origin, &email, device).await?;
            Err(Error::WrongPassword.into())
        }
    }
}

/// The active user with that email, if the password matches.
async fn fitting(ops: &Ops, email: &str, password: &str) -> Result<Option<Credentials>> {
    let user = ops.db.find_credentials(email).await?.filter(|user| user.is_active);
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let fits = ops.passwords.verify(password.to_owned(), hash).await?;
    Ok(user.filter(|_| fits))
}

/// Written with the priority of a worker, so that password guessing does not delay webhooks. The throttle bounds the number
/// of entries.
async fn note_failure(ops: &Ops, origin: &Origin, email: &str, device: Option<i64>) -> Result<()> {
    tracing::warn!(ip = %origin.ip, "sign-in failed");
    let mut tx = ops.db.begin(Writer::Worker).await?;
    if let Some(id) = device {
        tx.count_device_failure(id).await?;
    }
    tx.insert_audit(&entry("unknown", "user.sign_in_failed", email, origin, ops.now())).await?;
    Ok(tx.commit().await?)
}

/// `POST /sign-out`.
pub async fn sign_out(State(web): State<Web>, request: Request) -> Response {
    let token = session_token(&web.ops, request.headers()).map(|token| token_hash(&token));
    match end_session(&web.ops, &Origin::of(&web, &request), token).await {
        Ok(()) => with_cookie(Redirect::to("/sign-in").into_response(), no_session(&web.ops)),
        Err(error) => answer(error.to_public(&random_id())),
    }
}

async fn end_session(ops: &Ops, origin: &Origin, token_hash: Option<String>) -> Result<()> {
    let Some(token_hash) = token_hash else { return Ok(()) };
    let mut tx = ops.db.begin(Writer::Person).await?;
    if let Some(email) = tx.delete_session(&token_hash).await? {
        tx.insert_audit(&entry(&email, "user.sign_out", &email, origin, ops.now())).await?;
    }
    Ok(tx.commit().await?)
}

/// A safe redirect target: always a path of ours, to prevent open redirects. Browsers drop tabs and line breaks from a URL,
/// and `/.//evil.example` is a URL on our host whose path alone would not be.
fn local_path(next: &str, app_url: &str) -> String {
    let ours = || {
        let base = Url::parse(app_url).ok()?;
        let url = base.join(next).ok().filter(|url| url.origin() == base.origin())?;
        let query = url.query().map_or_else(String::new, |query| format!("?{query}"));
        (!url.path().starts_with("//")).then(|| format!("{}{query}", url.path()))
    };
    let is_plain = !next.chars().any(char::is_control);
    is_plain.then(ours).flatten().unwrap_or_else(|| "/".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_on_stays_here() {
        let path = |next: &str| local_path(next, "https://ops.example.com:8443");
        assert_eq!(path("/alerts?x=1&y=%09"), "/alerts?x=1&y=%09");
        assert_eq!(path("https://ops.example.com:8443/events#1"), "/events");
        let elsewhere = ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"];
        let dropped = ["/\t/evil.example", "\t//evil.example", "/\n/evil.example", "/\r/evil.example", "/\u{0}"];
        let dots = ["/.//evil.example", "/a/..//evil.example", "/%2e//evil.example", "https://ops.example.com/"];
        for bad in elsewhere.into_iter().chain(dropped).chain(dots) {
            assert_eq!(path(bad), "/", "{bad:?}");
        }
    }
}

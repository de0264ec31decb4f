//! Signing in and out.

use app::Error;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::form::{Origin, gate_again, read_form};
use super::session::{cookie, session_token, start_session, with_cookie};
use crate::crypto::{random_id, token_hash, verify_password};
use crate::dashboard::check_email;
use crate::error::Result;
use crate::web::Web;
use crate::web::api::answer;

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
}

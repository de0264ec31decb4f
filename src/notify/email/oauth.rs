//! Access tokens for XOAUTH2, requested with a refresh token (RFC 6749, section 6) and cached until shortly before their
//! expiry.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::sync::Mutex;

use super::Outcome;
use crate::config::given;
use crate::ops::Ops;
use crate::outgoing::Trust;
use crate::provider::clean_line;

/// Time before its expiry from which a token is not used any more, and the lifetime in seconds of one without `expires_in`.
const MARGIN: Duration = Duration::from_secs(60);
const UNSAID: u64 = 300;

/// The cached token; one is enough, since there is a single mail server.
static NEWEST: LazyLock<Mutex<Option<Token>>> = LazyLock::new(Mutex::default);

struct Token {
    /// The refresh token it was issued for.
    of: String,
    access: String,
    until: Instant,
}

/// The token response (RFC 6749, section 5.1) or the error response (section 5.2).
#[derive(Deserialize)]
struct Reply {
    access_token: Option<String>,
    expires_in: Option<u64>,
    error: Option<String>,
}

/// The access token: the password of `SMTP_URL` itself, or the one issued for it as a refresh token if `SMTP_OAUTH_TOKEN_URL`
/// is set.
pub async fn access_token(ops: &Ops, password: &str) -> Result<String, Outcome> {
    let Some(url) = given(&ops.config.smtp_oauth_token_url) else { return Ok(password.to_owned()) };
    let mut newest = NEWEST.lock().await;
    if let Some(token) = newest.as_ref().filter(|token| token.of == password && token.until > Instant::now()) {
        return Ok(token.access.clone());
    }
    let (access, seconds) = ask(ops, url, password).await?;
    let until = Instant::now() + Duration::from_secs(seconds.min(86_400)).saturating_sub(MARGIN);
    *newest = Some(Token { of: password.to_owned(), access: access.clone(), until });
    Ok(access)
}

/// Drops the cached token, after the mail server rejected it.
pub async fn forget() {
    *NEWEST.lock().await = None;
}

/// Requests an access token; returns it with its lifetime in seconds.
async fn ask(ops: &Ops, url: &str, refresh_token: &str) -> Result<(String, u64), Outcome> {
    let id = given(&ops.config.smtp_oauth_client_id).unwrap_or_default();
    let secret = given(&ops.config.smtp_oauth_client_secret);
    let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", refresh_token), ("client_id", id)];
    form.extend(secret.map(|secret| ("client_secret", secret)));
    let answer = ops.outgoing.post_form(url, Trust::Environment, &form).await;
    let answer = answer.map_err(|error| later(format!("cannot reach the token endpoint: {error}")))?;
    let reply: Option<Reply> = serde_json::from_slice(&answer.body).ok();
    let said = reply.as_ref().and_then(|reply| reply.error.as_deref()).unwrap_or("no token");
    let why = clean_line(&format!("the token endpoint responded {} ({said})", answer.status), 200);
    match reply {
        Some(Reply { access_token: Some(token), expires_in, .. }) if answer.status == 200 => {
            Ok((token, expires_in.unwrap_or(UNSAID)))
        }
        _ if matches!(answer.status, 408 | 429 | 500..) => Err(later(why)),
        _ => Err(Outcome::Broken(why)),
    }
}

fn later(error: String) -> Outcome {
    Outcome::Later { error, after: None }
}

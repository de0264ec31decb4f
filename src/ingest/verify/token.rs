//! Providers that do not sign: the secret itself is sent in a header, as bearer token or as password.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq;

use super::RejectReason;
use super::compare::in_force;
use crate::provider::{Auth, Recipe};
use crate::sources::Key;

/// Compares the sent value with every key in force at `now` (Unix milliseconds).
pub fn check(recipe: &Recipe, keys: &[Key], value: &str, now: i64) -> Result<(), RejectReason> {
    let sent = secret_of(recipe, value).ok_or(RejectReason::Malformed(match recipe.auth() {
        Auth::Header => "a token",
        Auth::Bearer => "a bearer token",
        Auth::Basic => "user and password",
        Auth::Query => "a token in the URL",
        Auth::Genie => "a GenieKey",
    }))?;
    in_force(keys, now, RejectReason::WrongToken, |key| bool::from(key.bytes.ct_eq(&sent)))
}

fn secret_of(recipe: &Recipe, value: &str) -> Option<Vec<u8>> {
    match recipe.auth() {
        Auth::Header | Auth::Query => Some(value.as_bytes().to_vec()),
        Auth::Bearer => Some(after_scheme(value, "bearer")?.as_bytes().to_vec()),
        Auth::Genie => Some(after_scheme(value, "geniekey")?.as_bytes().to_vec()),
        Auth::Basic => password(recipe.user.as_deref(), after_scheme(value, "basic")?),
    }
}

/// The credentials after the scheme name, which is case-insensitive (RFC 9110, section 11.1).
fn after_scheme<'v>(value: &'v str, scheme: &str) -> Option<&'v str> {
    let (name, rest) = value.split_once(' ')?;
    name.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

/// The password of Basic credentials (RFC 7617), if the user name is the expected one.
fn password(user: Option<&str>, credentials: &str) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(credentials).ok()?;
    let colon = bytes.iter().position(|byte| *byte == b':')?;
    let is_expected = user.is_none_or(|user| bool::from(user.as_bytes().ct_eq(&bytes[..colon])));
    is_expected.then(|| bytes[colon + 1..].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(auth: Auth, user: Option<&str>, value: &str) -> Result<(), RejectReason> {
        let recipe = Recipe { auth: Some(auth), user: user.map(str::to_owned), ..Recipe::default() };
        check(&recipe, &[Key { bytes: b"hush".to_vec(), until: None }], value, 0)
    }

    #[test]
    fn a_secret_is_found_where_it_is_sent() {
        assert!(verdict(Auth::Header, None, "hush").is_ok());
        assert!(verdict(Auth::Bearer, None, "bearer hush").is_ok());
        assert!(verdict(Auth::Basic, None, "Basic YW55Ym9keTpodXNo").is_ok());
        assert!(verdict(Auth::Basic, Some("anybody"), "Basic YW55Ym9keTpodXNo").is_ok());
    }

    #[test]
    fn anything_else_is_refused() {
        assert_eq!(verdict(Auth::Header, None, "hus"), Err(RejectReason::WrongToken));
        assert_eq!(verdict(Auth::Bearer, None, "Bearer hushh"), Err(RejectReason::WrongToken));
        assert!(matches!(verdict(Auth::Bearer, None, "hush"), Err(RejectReason::Malformed(_))));
        assert!(matches!(
            verdict(Auth::Basic, Some("other"), "Basic YW55Ym9keTpodXNo"),
            Err(RejectReason::Malformed(_))
        ));
        assert!(matches!(verdict(Auth::Basic, None, "Basic ???"), Err(RejectReason::Malformed(_))));
    }
}

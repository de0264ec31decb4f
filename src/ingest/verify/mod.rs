//! The signature engine: a pack's ways to prove a delivery, over the raw bytes, in constant time.
//!
//! `find` reads what was sent, `compare` holds it against every secret, `age` bounds the timestamp, `token` compares
//! secrets that are sent as they are, `sns` checks what Amazon signs.

mod age;
mod compare;
mod find;
pub mod sns;
#[cfg(test)]
mod tests;
mod token;

use axum::http::HeaderMap;

use super::RejectReason;
use super::headers::text;
use crate::provider::Scheme;
use crate::sources::VerificationMethod;

/// A signature that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// As sent; `(token)` where it is the secret itself.
    pub signature: String,
    /// Such as `hmac-sha256`.
    pub scheme: &'static str,
}

/// What is to be verified.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub headers: &'a HeaderMap,
    pub content_type: &'a str,
    pub body: &'a [u8],
    /// RSA key of the certificate that the body names, fetched before (SNS).
    pub public_key: Option<&'a [u8]>,
    /// The source's public URL with the query of the request.
    pub url: &'a str,
    /// Unix milliseconds.
    pub now: i64,
}

/// Checks a delivery by the first way whose signature it brings: a later one that holds, such as a token beside a wrong
/// signature, would let a changed body pass.
pub fn verify(methods: &[VerificationMethod], request: &Request<'_>) -> Result<Verified, RejectReason> {
    for method in methods {
        if let Some(value) = find::signature(&method.recipe, request)? {
            return check(method, &value, request);
        }
    }
    Err(RejectReason::HeaderMissing {
        expected: find::expected(methods),
        found: super::headers::looking_like_signatures(request.headers),
    })
}

fn check(method: &VerificationMethod, value: &str, request: &Request<'_>) -> Result<Verified, RejectReason> {
    let scheme = method.recipe.scheme_word();
    if method.recipe.scheme == Scheme::Sns {
        sns::check(method, value, request)?;
        return Ok(Verified { signature: value.to_owned(), scheme });
    }
    if method.recipe.scheme == Scheme::Token {
        token::check(&method.recipe, &method.keys, value, request.now)?;
        return Ok(Verified { signature: "(token)".to_owned(), scheme });
    }
    compare::body_hash(&method.recipe, request)?;
    let elements = find::elements(&method.recipe, value);
    let candidates = find::candidates(&method.recipe, &elements)?;
    let ts = find::timestamp(&method.recipe, request, &elements)?;
    compare::with_all(method, &candidates, ts.as_deref(), request)?;
    if let Some(ts) = ts {
        age::check(&method.recipe, &ts, request.now)?;
    }
    Ok(Verified { signature: value.to_owned(), scheme })
}

/// The URL a provider was given, with what it put behind it.
pub fn signed_url(public_url: &str, query: Option<&str>) -> String {
    match query.filter(|query| !query.is_empty()) {
        Some(query) if public_url.contains('?') => format!("{public_url}&{query}"),
        Some(query) => format!("{public_url}?{query}"),
        None => public_url.to_owned(),
    }
}

/// The content type of a request as text.
pub fn content_type(headers: &HeaderMap) -> &str {
    text(headers, "content-type").unwrap_or_default()
}

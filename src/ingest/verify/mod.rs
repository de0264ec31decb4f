//! Signature verification over the raw bytes, in constant time, by the methods of a provider pack.
//!
//! `find` extracts what was sent, `compare` checks it against every key, `age` limits the timestamp, `token` handles
//! shared secrets sent verbatim, `sns` handles Amazon SNS, `paypal` PayPal.

mod age;
mod compare;
mod find;
pub mod paypal;
pub mod sns;
#[cfg(test)]
mod tests;
mod token;

use axum::http::HeaderMap;

pub use find::url_token;

use super::RejectReason;
use super::headers::text;
use crate::provider::Scheme;
use crate::sources::VerificationMethod;

/// A verified signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// As sent; `(token)` if the secret itself was sent.
    pub signature: String,
    /// For example `hmac-sha256`.
    pub scheme: &'static str,
}

/// The input of the verification.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// As received; a signature header must be unique.
    pub headers: &'a HeaderMap,
    /// `Content-Type`; empty if absent.
    pub content_type: &'a str,
    /// The raw bytes, which the signature covers.
    pub body: &'a [u8],
    /// RSA key of the certificate that the request names, fetched beforehand (SNS, PayPal).
    pub public_key: Option<&'a [u8]>,
    /// The source's public URL including the query of the request.
    pub url: &'a str,
    /// The raw query string.
    pub query: &'a str,
    /// Time of receipt in Unix milliseconds, for the age of the timestamp and the expiry of keys.
    pub now: i64,
}

/// Verifies by the first method whose signature is present. Falling through to a later method, such as a token next to
/// a wrong signature, would accept a modified body.
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
    let signature = value.to_owned();
    match method.recipe.scheme {
        Scheme::Sns => sns::check(method, value, request)?,
        Scheme::Paypal => paypal::check(method, request)?,
        Scheme::Token => {
            token::check(&method.recipe, &method.keys, value, request.now)?;
            return Ok(Verified { signature: "(token)".to_owned(), scheme });
        }
        Scheme::Hmac | Scheme::Ed25519 | Scheme::Ecdsa => by_recipe(method, value, request)?,
    }
    Ok(Verified { signature, scheme })
}

/// Where only some fields are signed, the rest must not be able to hide others: after a second document in the body, say.
fn one_document(body: &[u8]) -> Result<(), RejectReason> {
    let read = serde_json::from_slice::<serde::de::IgnoredAny>(body);
    read.map(drop).map_err(|_| RejectReason::Malformed("a single JSON document"))
}

fn by_recipe(method: &VerificationMethod, value: &str, request: &Request<'_>) -> Result<(), RejectReason> {
    if method.recipe.signs_fields() {
        one_document(request.body)?;
    }
    compare::body_hash(&method.recipe, request)?;
    let elements = find::elements(&method.recipe, value);
    let candidates = find::candidates(&method.recipe, &elements)?;
    let ts = find::timestamp(&method.recipe, request, &elements)?;
    compare::with_all(method, &candidates, ts.as_deref(), request)?;
    if let Some(ts) = ts {
        age::check(&method.recipe, &ts, request.now)?;
    }
    Ok(())
}

/// The configured URL with the query string that the provider appended.
pub fn signed_url(public_url: &str, query: Option<&str>) -> String {
    match query.filter(|query| !query.is_empty()) {
        Some(query) if public_url.contains('?') => format!("{public_url}&{query}"),
        Some(query) => format!("{public_url}?{query}"),
        None => public_url.to_owned(),
    }
}

/// The `Content-Type` header; empty if it is absent or not ASCII.
pub fn content_type(headers: &HeaderMap) -> &str {
    text(headers, "content-type").unwrap_or_default()
}

//! Compares the signatures of a request with every key in force.

use ring::signature::{ECDSA_P256_SHA256_ASN1, ED25519, UnparsedPublicKey};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{RejectReason, Request};
use crate::ingest::headers::single;
use crate::provider::{Content, Recipe, Scheme, is_form, mac};
use crate::sources::{Key, VerificationMethod};

/// Compares every candidate with every key, without an early exit, so that timing reveals nothing.
pub fn with_all(
    method: &VerificationMethod,
    candidates: &[Vec<u8>],
    ts: Option<&str>,
    request: &Request<'_>,
) -> Result<(), RejectReason> {
    let id = method.recipe.id_header.as_deref().map_or(Ok(None), |name| single(request.headers, name))?;
    let parts = method.recipe.parts().map_err(|_| RejectReason::Malformed("the recipe"))?;
    let Request { content_type, body, now, .. } = *request;
    let urls = urls(&method.recipe, request.url);
    let contents = urls.iter().map(|url| {
        Content { ts: ts.unwrap_or_default(), id: id.unwrap_or_default(), url, content_type, body }.of(&parts)
    });
    let contents: Vec<_> = contents.collect();
    in_force(&method.keys, now, RejectReason::Mismatch, |key| {
        contents.iter().fold(false, |any, content| {
            let content: Vec<&[u8]> = content.iter().map(AsRef::as_ref).collect();
            any | fits(&method.recipe, key, &content, candidates)
        })
    })
}

/// Whether a key in force matches. A match with an expired key is reported as such; anything else is `otherwise`.
pub fn in_force(
    keys: &[Key],
    now: i64,
    otherwise: RejectReason,
    matches: impl Fn(&Key) -> bool,
) -> Result<(), RejectReason> {
    let (mut current, mut expired) = (false, false);
    for key in keys {
        match key.until {
            Some(until) if until <= now => expired |= matches(key),
            _ => current |= matches(key),
        }
    }
    match (current, expired) {
        (true, _) => Ok(()),
        (false, true) => Err(RejectReason::PreviousExpired),
        (false, false) => Err(otherwise),
    }
}

fn fits(recipe: &Recipe, key: &Key, content: &[&[u8]], candidates: &[Vec<u8>]) -> bool {
    match recipe.scheme {
        Scheme::Ed25519 => is_signed(UnparsedPublicKey::new(&ED25519, &key.bytes), content, candidates),
        Scheme::Ecdsa => {
            is_signed(UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point(&key.bytes)), content, candidates)
        }
        _ => {
            let expected = mac(recipe.algorithm, &key.bytes, content);
            candidates.iter().fold(false, |any, candidate| any | bool::from(expected.ct_eq(candidate)))
        }
    }
}

fn is_signed<B: AsRef<[u8]>>(key: UnparsedPublicKey<B>, content: &[&[u8]], candidates: &[Vec<u8>]) -> bool {
    let message = content.concat();
    candidates.iter().fold(false, |any, candidate| any | key.verify(&message, candidate).is_ok())
}

/// The uncompressed point of a P-256 key, with which its `SubjectPublicKeyInfo` ends (RFC 5480, section 2).
fn point(key: &[u8]) -> &[u8] {
    const POINT: usize = 65;
    key.get(key.len().saturating_sub(POINT)..).unwrap_or_default()
}

/// The URLs that may have been signed: Twilio signs some with the default port and some without.
fn urls(recipe: &Recipe, url: &str) -> Vec<String> {
    let mut urls = vec![url.to_owned()];
    if recipe.template.contains("{url}")
        && let Some((scheme, rest)) = url.split_once("://")
    {
        let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let port = if scheme == "https" { ":443" } else { ":80" };
        urls.push(match host.strip_suffix(port) {
            Some(bare) => format!("{scheme}://{bare}{path}"),
            None => format!("{scheme}://{host}{port}{path}"),
        });
    }
    urls
}

/// If the URL's query contains the body's hash, the two must match; a form is covered by its signed fields instead.
pub fn body_hash(recipe: &Recipe, request: &Request<'_>) -> Result<(), RejectReason> {
    let Some(name) = &recipe.body_hash else { return Ok(()) };
    if is_form(request.content_type) {
        return Ok(());
    }
    let query = request.url.split_once('?').map_or("", |(_, query)| query);
    let hash = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, hash)| hash);
    let actual = hex::encode(Sha256::digest(request.body));
    let agrees = hash.is_some_and(|hash| bool::from(hash.to_ascii_lowercase().as_bytes().ct_eq(actual.as_bytes())));
    if agrees { Ok(()) } else { Err(RejectReason::Mismatch) }
}

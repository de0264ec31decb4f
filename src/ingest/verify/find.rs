//! Extracts the signatures and the timestamp from a request.

use super::{RejectReason, Request};
use crate::ingest::headers::single;
use crate::provider::{Auth, Encoding, Recipe, Scheme, TOKEN, decode_signature, scan};
use crate::sources::VerificationMethod;

/// The signature as sent, from the first of its header names that is present.
pub fn signature(recipe: &Recipe, request: &Request<'_>) -> Result<Option<String>, RejectReason> {
    if recipe.scheme == Scheme::Sns {
        return Ok(scan(request.body, &["/Signature"]).remove(0));
    }
    if let Some(pointer) = &recipe.signature_pointer {
        return Ok(scan(request.body, &[pointer]).remove(0));
    }
    let named = match (recipe.scheme, recipe.auth()) {
        (Scheme::Token, Auth::Query) => return Ok(url_token(request.query)),
        (Scheme::Token, Auth::Bearer | Auth::Basic | Auth::Genie) => &["Authorization".to_owned()][..],
        _ => &recipe.headers,
    };
    for name in named {
        if let Some(value) = single(request.headers, name)? {
            return Ok(Some(value.to_owned()));
        }
    }
    Ok(None)
}

/// The token of a query string; the last one, as a segment of the path is appended to it.
pub fn url_token(query: &str) -> Option<String> {
    let tokens = form_urlencoded::parse(query.as_bytes()).filter(|(name, value)| name == TOKEN && !value.is_empty());
    tokens.last().map(|(_, value)| value.into_owned())
}

/// What the methods expect, such as `header A or B`.
pub fn expected(methods: &[VerificationMethod]) -> String {
    let (mut headers, mut places) = (Vec::new(), Vec::new());
    for method in methods {
        match (method.recipe.scheme, method.recipe.auth()) {
            (Scheme::Token, Auth::Bearer | Auth::Basic | Auth::Genie) => headers.push("Authorization"),
            (Scheme::Token, Auth::Query) => places.push("the secret in the URL (?token=…)".to_owned()),
            (Scheme::Sns, _) => places.push("the signature in the body".to_owned()),
            _ => headers.extend(method.recipe.headers.iter().map(String::as_str)),
        }
    }
    if !headers.is_empty() {
        places.insert(0, format!("header {}", headers.join(" or ")));
    }
    places.join(" or ")
}

/// Splits a header that may hold several elements.
pub fn elements<'v>(recipe: &Recipe, value: &'v str) -> Vec<&'v str> {
    match recipe.separator.as_deref() {
        Some(separator) => value.split(separator).map(str::trim).collect(),
        None => vec![value.trim()],
    }
}

/// The decoded signatures of the expected scheme; others, such as Stripe's `v0`, are ignored.
pub fn candidates(recipe: &Recipe, elements: &[&str]) -> Result<Vec<Vec<u8>>, RejectReason> {
    let of_key = |element: &&str| match &recipe.signature_key {
        Some(key) => keyed(element, key).map(str::to_owned),
        None => Some((*element).to_owned()),
    };
    let decode = |text: String| decode_signature(recipe.encoding, after_prefix(&text, &recipe.prefix)?);
    let candidates: Vec<_> =
        elements.iter().filter_map(of_key).filter_map(decode).filter(|bytes| !bytes.is_empty()).collect();
    if candidates.is_empty() {
        return Err(RejectReason::Malformed(match recipe.encoding {
            Encoding::Hex => "hex",
            Encoding::Base64 => "base64",
        }));
    }
    Ok(candidates)
}

/// What follows a prefix in any case, and blanks behind it, as some senders' libraries write it.
fn after_prefix<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then(|| if prefix.is_empty() { rest } else { rest.trim_start() })
}

fn keyed<'e>(element: &'e str, key: &str) -> Option<&'e str> {
    element.split_once('=').filter(|(name, _)| *name == key).map(|(_, value)| value)
}

/// The timestamp verbatim, since it is part of the signed text.
pub fn timestamp(recipe: &Recipe, request: &Request<'_>, elements: &[&str]) -> Result<Option<String>, RejectReason> {
    if !recipe.has_timestamp() {
        return Ok(None);
    }
    let found = match (&recipe.timestamp_key, &recipe.timestamp_header, &recipe.timestamp_pointer) {
        (Some(key), ..) => elements.iter().find_map(|element| keyed(element, key)).map(str::to_owned),
        (_, Some(header), _) => single(request.headers, header)?.map(|ts| ts.trim().to_owned()),
        (.., Some(pointer)) => scan(request.body, &[pointer]).remove(0),
        _ => None,
    };
    found.map(Some).ok_or(RejectReason::NoTimestamp)
}

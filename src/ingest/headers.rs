//! Reading request headers, and redacting them for storage.

use axum::http::HeaderMap;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::RejectReason;
use crate::provider::clean_line;

/// Most headers stored, and the longest value of each in bytes.
const MAX_HEADERS: usize = 100;
const MAX_VALUE: usize = 1024;

const REDACTED: &str = "(redacted)";

/// Headers that carry a secret, whatever the provider, and parts of names that suggest one.
const SECRET: [&str; 6] =
    ["authorization", "proxy-authorization", "cookie", "x-gitlab-token", "cf-webhook-auth", "x-api-key"];
const SECRET_PARTS: [&str; 4] = ["token", "secret", "password", "apikey"];

/// The value of a header; `None` if it is absent. Fails if it occurs more than once or is not ASCII.
pub fn single<'h>(headers: &'h HeaderMap, name: &str) -> Result<Option<&'h str>, RejectReason> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(RejectReason::HeaderTwice(name.to_owned()));
    }
    value.to_str().map(Some).map_err(|_| RejectReason::HeaderNotAscii(name.to_owned()))
}

/// Total size of the headers (names and values), in bytes.
pub fn header_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
}

/// The first value of a header; `None` if it is absent or not ASCII.
pub fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Up to five names of headers that look like a signature or a token, sanitized for the reject reason.
pub fn looking_like_signatures(headers: &HeaderMap) -> Vec<String> {
    let seems = |name: &&str| ["signature", "hmac", "token", "authorization"].iter().any(|part| name.contains(part));
    headers.keys().map(|name| name.as_str()).filter(seems).take(5).map(|name| clean_line(name, 64)).collect()
}

/// The headers to store: limited in size, sanitized, secrets redacted. `secret` returns whether a name is secret
/// for this source. A proxy may have copied the URL, hence a token in it, into a header.
pub fn kept(headers: &HeaderMap, url_token: Option<&str>, secret: impl Fn(&str) -> bool) -> Map<String, Value> {
    let shown = |name: &str, value: &[u8]| {
        let shown = if secret(name) { REDACTED.to_owned() } else { shown(name, value) };
        if url_token.is_some_and(|token| contains(&shown, token)) { REDACTED.to_owned() } else { shown }
    };
    headers
        .iter()
        .take(MAX_HEADERS)
        .map(|(name, value)| (name.as_str().to_owned(), shown(name.as_str(), value.as_bytes()).into()))
        .collect()
}

fn contains(value: &str, token: &str) -> bool {
    let decoded = percent_decode_str(value).decode_utf8_lossy();
    value.contains(token) || decoded.contains(token) || decoded.replace('+', " ").contains(token)
}

fn shown(name: &str, value: &[u8]) -> String {
    if SECRET.contains(&name) || SECRET_PARTS.iter().any(|part| name.contains(part)) {
        return REDACTED.to_owned();
    }
    clean_line(&String::from_utf8_lossy(value), MAX_VALUE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn secrets_are_not_kept() {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", HeaderValue::from_static("Bearer hush"));
        headers.insert("x-my-token", HeaderValue::from_static("hush"));
        headers.insert("x-github-event", HeaderValue::from_bytes(b"push\xff").unwrap());
        headers.insert("x-original-uri", HeaderValue::from_static("/api/webhooks/a/in-the-url"));
        let kept = Value::Object(kept(&headers, Some("in-the-url"), |_| false)).to_string();
        assert!(!kept.contains("in-the-url"), "{kept}");
        assert!(!kept.contains("hush"), "{kept}");
        assert!(kept.contains("push\u{FFFD}"), "{kept}");
    }

    #[test]
    fn a_header_given_twice_is_refused() {
        let mut headers = HeaderMap::new();
        headers.append("x-s", HeaderValue::from_static("a"));
        assert_eq!(single(&headers, "x-s"), Ok(Some("a")));
        headers.append("x-s", HeaderValue::from_static("a"));
        assert_eq!(single(&headers, "x-s"), Err(RejectReason::HeaderTwice("x-s".into())));
        assert_eq!(single(&headers, "x-t"), Ok(None));
    }
}

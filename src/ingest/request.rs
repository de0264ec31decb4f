//! An inbound webhook request as passed between the stages of ingest.

use std::net::IpAddr;

use axum::body::Bytes;
use axum::http::HeaderMap;

use super::Request;
use super::verify::{content_type, signed_url, url_token};
use crate::ops::Ops;
use crate::sources::LoadedSource;

/// A complete request: just received, or loaded from quarantine.
#[derive(Clone, Copy, Debug)]
pub struct InboundRequest<'a> {
    pub headers: &'a HeaderMap,
    /// The raw query string.
    pub query: Option<&'a str>,
    pub body: &'a Bytes,
    /// The client's address, behind trusted proxies.
    pub ip: IpAddr,
    pub request_id: &'a str,
    /// Time of receipt, Unix milliseconds.
    pub at: i64,
}

impl<'a> InboundRequest<'a> {
    /// The `Content-Type` header; empty if it is absent or not ASCII.
    pub fn content_type(self) -> &'a str {
        content_type(self.headers)
    }

    /// The token in the query string, whether or not the source takes one there.
    pub fn url_token(self) -> Option<String> {
        url_token(self.query.unwrap_or_default())
    }

    /// The part that signature verification uses; `url` comes from [`public_url`].
    pub fn to_verify(self, url: &'a str) -> Request<'a> {
        let content_type = self.content_type();
        Request {
            headers: self.headers,
            content_type,
            body: self.body,
            public_key: None,
            url,
            query: self.query.unwrap_or_default(),
            now: self.at,
        }
    }
}

/// The URL under which the provider was configured. Never taken from the request, which an attacker controls.
pub fn public_url(ops: &Ops, source: &LoadedSource, query: Option<&str>) -> String {
    let own = source.settings.public_url.clone();
    signed_url(&own.unwrap_or_else(|| ops.config.webhook_url(&source.slug)), query)
}

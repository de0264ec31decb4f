//! Intake for senders that speak the API of Opsgenie or PagerDuty and only change its host. The key names the source; what they
//! send is a webhook of that source from there on.

mod opsgenie;
mod pagerduty;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::from_fn_with_state;
use axum::routing::post;
use serde_json::{Map, Value};

use super::Web;
use super::body_limit::limited;
use crate::crypto::random_id;
use crate::error::Result;
use crate::ingest::receiver::{Answer, Incoming};

/// Largest body in bytes: PagerDuty's own limit.
const LARGEST: usize = 512 * 1024;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/v2/enqueue", post(pagerduty::enqueue))
        .route("/v2/alerts", post(opsgenie::create))
        .route("/v2/alerts/{alias}/{action}", post(opsgenie::change))
        .layer(from_fn_with_state(LARGEST, limited))
}

/// A body to store for the source with this key.
struct Delivery {
    pack: &'static str,
    key: String,
    /// What carries the key, for the verification.
    header: (&'static str, String),
    headers: HeaderMap,
    ip: std::net::IpAddr,
    body: Map<String, Value>,
}

impl Delivery {
    /// `None` if no active source has that key.
    async fn store(self, web: &Web) -> Option<Result<Answer>> {
        let found = match web.ops.sources.find_by_token(self.pack, &self.key).await {
            Ok(found) => found,
            Err(error) => return Some(Err(error.into())),
        };
        // An unknown key is logged and counted like a request to an unknown source.
        let (is_known, slug) = (found.is_some(), found.unwrap_or_default());
        let mut headers = self.headers;
        headers.remove(header::CONTENT_LENGTH);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(self.header.0, HeaderValue::from_str(&self.header.1).ok()?);
        let incoming = Incoming { slug, headers, query: None, ip: self.ip, request_id: random_id() };
        let stored = web.receiver.receive(incoming, Body::from(Value::Object(self.body).to_string())).await;
        is_known.then_some(stored)
    }
}

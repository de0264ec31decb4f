//! Whether a request is genuine, and which event it then is.

use std::net::IpAddr;

use app::types::time::SECOND;
use axum::body::Bytes;
use axum::http::HeaderMap;
use sha2::{Digest, Sha256};

use super::verify::{content_type, signed_url};
use super::{Refusal, Request, headers, subscription, verify};
use crate::crypto::token_hash;
use crate::db::{NewEvent, Replay};
use crate::ops::Ops;
use crate::provider::{Reply, Scheme, clean_line, json_text, reply};
use crate::sources::ReadySource;

/// Longest delivery id kept as it is, in bytes; a longer one becomes its SHA-256.
const MAX_DELIVERY_ID: usize = 200;

/// A whole request, as it came in or as quarantine kept it.
#[derive(Clone, Copy, Debug)]
pub struct Whole<'a> {
    pub headers: &'a HeaderMap,
    pub query: Option<&'a str>,
    pub body: &'a Bytes,
    pub ip: IpAddr,
    pub request_id: &'a str,
    /// When it was received, Unix milliseconds.
    pub at: i64,
}

/// A request whose signature holds.
#[derive(Debug)]
pub enum Genuine {
    /// Ready to be stored.
    Event(Box<NewEvent>),
    /// Wants an answer of its own and is no event.
    Handshake(Reply),
}

/// Verifies a request and finds out what it is.
pub async fn examine(ops: &Ops, source: &ReadySource, whole: &Whole<'_>) -> Result<Genuine, Refusal> {
    let is_sns = source.ways.iter().any(|way| way.recipe.scheme == Scheme::Sns);
    let public_key = if is_sns { subscription::public_key(ops, source, whole).await? } else { None };
    let url = public_url(ops, source, whole.query);
    let verified = verify(&source.ways, &Request { public_key: public_key.as_deref(), ..request(whole, &url) })?;
    if is_sns {
        subscription::confirm(ops, whole.body).await?;
    }
    if let Some(reply) = handshake(source, content_type(whole.headers), whole.body) {
        tracing::info!(source = source.slug, "answered a handshake");
        return Ok(Genuine::Handshake(reply));
    }
    Ok(Genuine::Event(Box::new(new_event(source, whole, &verified.signature))))
}

/// What the verifier sees of it.
pub fn request<'a>(whole: &Whole<'a>, url: &'a str) -> Request<'a> {
    let content_type = content_type(whole.headers);
    Request { headers: whole.headers, content_type, body: whole.body, public_key: None, url, now: whole.at }
}

/// What the provider was told to post to, never what the request says of itself.
pub fn public_url(ops: &Ops, source: &ReadySource, query: Option<&str>) -> String {
    let own = source.settings.public_url.clone();
    signed_url(&own.unwrap_or_else(|| ops.config.webhook_url(&source.slug)), query)
}

fn handshake(source: &ReadySource, content_type: &str, body: &[u8]) -> Option<Reply> {
    let handshakes = &source.pack.handshakes;
    if handshakes.is_empty() { None } else { reply(handshakes, &json_text(content_type, body)) }
}

fn new_event(source: &ReadySource, whole: &Whole<'_>, signature: &str) -> NewEvent {
    let content_type = clean_line(content_type(whole.headers), 200);
    let header = |name: &str| headers::text(whole.headers, name);
    let identity = source.identify.look(header, &json_text(&content_type, whole.body));
    NewEvent {
        webhook_source_id: source.id,
        request_id: whole.request_id.to_owned(),
        replay: source.settings.replay_window.map(|window| replay(&identity.event_type, whole, window)),
        event_type: identity.event_type,
        delivery_id: identity.delivery_id.map_or_else(|| whole.request_id.to_owned(), delivery_id),
        payload: whole.body.clone(),
        content_type,
        headers: headers::kept(whole.headers, |name| source.is_token_header(name)),
        signature: Some(clean_line(signature, 1024)),
        ip_address: whole.ip.to_string(),
        created_at: whole.at,
    }
}

/// The check for the same type and body within `window` seconds.
fn replay(event_type: &str, whole: &Whole<'_>, window: i64) -> Replay {
    let hash = Sha256::new_with_prefix(event_type).chain_update([0]).chain_update(whole.body).finalize();
    Replay { body_hash: hex::encode(hash), since: whole.at - window * SECOND }
}

/// Bounded and clean, and still different where the original was.
fn delivery_id(id: String) -> String {
    let clean = clean_line(&id, MAX_DELIVERY_ID);
    if clean == id { id } else { token_hash(&id) }
}

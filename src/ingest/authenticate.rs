//! Authentication: verifies the signature of a request and identifies the event.

use app::types::time::SECOND;
use sha2::{Digest, Sha256};

use super::inflate::Coding;
use super::request::{InboundRequest, public_url};
use super::{RejectReason, certificate, headers, verify};
use crate::crypto::token_hash;
use crate::db::{BodyDedup, NewEvent};
use crate::ops::Ops;
use crate::provider::{Reply, clean_line, json_text, reply, reply_unsigned};
use crate::sources::LoadedSource;

/// Longest delivery id stored verbatim, in bytes; a longer one is replaced by its SHA-256.
const MAX_DELIVERY_ID: usize = 200;

/// A request with a valid signature.
#[derive(Debug)]
pub enum Authenticated {
    /// An event, ready to be stored.
    Event(Box<NewEvent>),
    /// A handshake request that needs its own response and is not an event.
    Handshake(Reply),
}

/// Verifies the signature, then recognizes a handshake or identifies the event. For Amazon SNS and PayPal this may fetch a
/// certificate, for Amazon SNS also confirm a subscription.
pub async fn authenticate(
    ops: &Ops,
    source: &LoadedSource,
    inbound: &InboundRequest<'_>,
) -> Result<Authenticated, RejectReason> {
    let url = public_url(ops, source, inbound.query);
    let verified = match certificate::method(source) {
        Some(method) => certificate::verify(ops, source, method, inbound, &url).await,
        None => verify(&source.methods, &inbound.to_verify(&url)),
    };
    let verified = match verified {
        Err(reason @ RejectReason::HeaderMissing { .. }) => return unsigned(source, inbound).ok_or(reason),
        verified => verified?,
    };
    let coding = Coding::of(inbound.headers, source.pack.takes_compressed)?;
    let plain = coding.inflate(inbound.body, source.max_body).await?;
    let inbound = &InboundRequest { body: &plain, ..*inbound };
    if let Some(reply) = handshake(source, inbound.content_type(), inbound.body) {
        tracing::info!(source = source.slug, "answered a handshake");
        return Ok(Authenticated::Handshake(reply));
    }
    Ok(Authenticated::Event(Box::new(new_event(source, inbound, &verified.signature))))
}

/// The answer to a ping of a provider that signs everything else.
fn unsigned(source: &LoadedSource, inbound: &InboundRequest<'_>) -> Option<Authenticated> {
    let json = json_text(inbound.content_type(), inbound.body);
    let reply = reply_unsigned(&source.pack.handshakes, &json)?;
    tracing::info!(source = source.slug, "answered an unsigned ping");
    Some(Authenticated::Handshake(reply))
}

fn handshake(source: &LoadedSource, content_type: &str, body: &[u8]) -> Option<Reply> {
    let handshakes = &source.pack.handshakes;
    if handshakes.is_empty() { None } else { reply(handshakes, &json_text(content_type, body)) }
}

fn new_event(source: &LoadedSource, inbound: &InboundRequest<'_>, signature: &str) -> NewEvent {
    let content_type = clean_line(inbound.content_type(), 200);
    let header = |name: &str| headers::text(inbound.headers, name);
    let identity = source.identify.look(header, &json_text(&content_type, inbound.body));
    NewEvent {
        webhook_source_id: source.id,
        request_id: inbound.request_id.to_owned(),
        dedup_by_body: source.settings.replay_window.map(|window| dedup_by_body(&identity.event_type, inbound, window)),
        event_type: identity.event_type,
        delivery_id: identity.delivery_id.map_or_else(|| inbound.request_id.to_owned(), delivery_id),
        payload: inbound.body.clone().into(),
        content_type,
        headers: headers::kept(inbound.headers, inbound.url_token().as_deref(), |name| source.is_token_header(name)),
        signature: Some(clean_line(signature, 1024)),
        ip_address: inbound.ip.to_string(),
        created_at: inbound.at,
    }
}

/// Deduplication by body: a hash over event type and body; `window` in seconds.
fn dedup_by_body(event_type: &str, inbound: &InboundRequest<'_>, window: i64) -> BodyDedup {
    let hash = Sha256::new_with_prefix(event_type).chain_update([0]).chain_update(inbound.body).finalize();
    BodyDedup { body_hash: hex::encode(hash), since: inbound.at - window * SECOND }
}

/// Limits length and strips control characters, while ids that differ before still differ afterwards.
fn delivery_id(id: String) -> String {
    let clean = clean_line(&id, MAX_DELIVERY_ID);
    if clean == id { id } else { token_hash(&id) }
}

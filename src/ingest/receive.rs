//! `POST /api/webhooks/{source}`: the first stage of every webhook's way.

use std::net::IpAddr;
use std::sync::Arc;

use app::Error;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use serde::Serialize;

use super::record::RecordError;
use super::verify::{content_type, signed_url};
use super::{Intake, Recorder, Refusal, Request, Taken, headers, verify};
use crate::crypto::random_id;
use crate::db::{NewEvent, Recorded};
use crate::error::Result;
use crate::ops::Ops;
use crate::provider::{Reply, clean_line, json_text, reply};
use crate::sources::ReadySource;

/// Longest delivery id kept as it is, in bytes; a longer one becomes its SHA-256.
const MAX_DELIVERY_ID: usize = 200;

/// What ingest needs.
#[derive(Clone, Debug)]
pub struct Receiver {
    pub ops: Arc<Ops>,
    pub recorder: Recorder,
    pub intake: Intake,
}

/// The answer to the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Receipt {
    pub status: &'static str,
    pub event_id: i64,
}

/// What becomes of a request that is not refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// An event was stored, or is there already; the status is the one its provider asks for.
    Receipt(Receipt, u16),
    /// A handshake wants an answer of its own.
    Handshake(Reply),
}

/// A request to be received.
#[derive(Debug)]
pub struct Incoming {
    pub slug: String,
    pub headers: HeaderMap,
    pub query: Option<String>,
    pub ip: IpAddr,
    pub request_id: String,
}

impl Receiver {
    /// Verifies and stores; the answer comes after the commit. Every outcome is counted, every refusal logged.
    pub async fn receive(&self, incoming: Incoming, body: Body) -> Result<Answer> {
        let source = self.ops.sources.find(&incoming.slug).await;
        let source = match source {
            Ok(source) => source.filter(|source| source.is_active),
            Err(error) => return Err(self.unavailable(&incoming, &error)),
        };
        let label = source.as_ref().map_or("unknown", |source| source.slug.as_str()).to_owned();
        let outcome = self.verify_and_store(source, &incoming, body).await;
        self.ops.metrics.count_webhook(&label, result_word(&outcome));
        outcome
    }

    async fn verify_and_store(
        &self,
        source: Option<Arc<ReadySource>>,
        incoming: &Incoming,
        body: Body,
    ) -> Result<Answer> {
        let (event, _share, status) = match self.verify(source, incoming, body).await {
            Ok(Genuine::Event(event, share, status)) => (*event, share, status),
            Ok(Genuine::Handshake(reply)) => return Ok(Answer::Handshake(reply)),
            Err(refusal) => {
                let Incoming { slug, ip, request_id, .. } = incoming;
                tracing::warn!(source = clean_line(slug, 64), %ip, request_id, "webhook refused: {refusal}");
                return Err(refusal.tell().into());
            }
        };
        let request_id = event.request_id.clone();
        match self.recorder.record(event).await {
            Ok(recorded) => Ok(Answer::Receipt(receipt(recorded), status)),
            Err(error @ RecordError::Refused(_)) => Err(anyhow::Error::new(error).into()),
            Err(error) => {
                tracing::error!(request_id, "webhook not stored: {error}");
                Err(Error::Unavailable.into())
            }
        }
    }

    /// The event to be stored, or a handshake to be answered.
    async fn verify(
        &self,
        source: Option<Arc<ReadySource>>,
        incoming: &Incoming,
        body: Body,
    ) -> std::result::Result<Genuine, Refusal> {
        let source = source.ok_or(Refusal::NoSource)?;
        check_encoding(&incoming.headers)?;
        let taken = self.intake.read(body, source.max_body).await?;
        let now = self.ops.now();
        let url = self.public_url(&source, incoming.query.as_deref());
        let content_type = content_type(&incoming.headers);
        let request = Request { headers: &incoming.headers, content_type, body: &taken.bytes, url: &url, now };
        let verified = verify(&source.ways, &request)?;
        if let Some(reply) = handshake(&source, content_type, &taken.bytes) {
            tracing::info!(source = source.slug, "answered a handshake");
            return Ok(Genuine::Handshake(reply));
        }
        let event = new_event(&source, incoming, taken.bytes.clone(), verified.signature, now);
        Ok(Genuine::Event(Box::new(event), taken, source.pack.accepted_status))
    }

    /// What the provider was told to post to, never what the request says of itself.
    fn public_url(&self, source: &ReadySource, query: Option<&str>) -> String {
        let own = source.settings.public_url.clone();
        signed_url(&own.unwrap_or_else(|| self.ops.config.webhook_url(&source.slug)), query)
    }

    fn unavailable(&self, incoming: &Incoming, error: &sqlx::Error) -> crate::error::Error {
        tracing::error!(request_id = incoming.request_id, "cannot look up the source: {error}");
        self.ops.metrics.count_webhook("unknown", Error::Unavailable.code());
        Error::Unavailable.into()
    }
}

/// A request whose signature holds.
enum Genuine {
    /// With the body's share of the budget, and the status to answer.
    Event(Box<NewEvent>, Taken, u16),
    Handshake(Reply),
}

fn handshake(source: &ReadySource, content_type: &str, body: &[u8]) -> Option<Reply> {
    let handshakes = &source.pack.handshakes;
    if handshakes.is_empty() { None } else { reply(handshakes, &json_text(content_type, body)) }
}

fn check_encoding(headers: &HeaderMap) -> std::result::Result<(), Refusal> {
    match headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("something unreadable")) {
        None | Some("" | "identity") => Ok(()),
        Some(encoding) => Err(Refusal::Encoded(clean_line(encoding, 64))),
    }
}

fn new_event(source: &ReadySource, incoming: &Incoming, body: Bytes, signature: String, now: i64) -> NewEvent {
    let content_type = clean_line(headers::text(&incoming.headers, "content-type").unwrap_or_default(), 200);
    let identity =
        source.identify.look(|name| headers::text(&incoming.headers, name), &json_text(&content_type, &body));
    NewEvent {
        webhook_source_id: source.id,
        request_id: incoming.request_id.clone(),
        event_type: identity.event_type,
        delivery_id: identity.delivery_id.map_or_else(random_id, delivery_id),
        payload: body.into(),
        content_type,
        headers: headers::kept(&incoming.headers, |name| source.is_token_header(name)),
        signature: Some(clean_line(&signature, 1024)),
        ip_address: incoming.ip.to_string(),
        created_at: now,
    }
}

/// Bounded and clean, and still different where the original was.
fn delivery_id(id: String) -> String {
    let clean = clean_line(&id, MAX_DELIVERY_ID);
    if clean == id { id } else { crate::crypto::token_hash(&id) }
}

const fn receipt(recorded: Recorded) -> Receipt {
    let status = if recorded.is_duplicate { "duplicate" } else { "accepted" };
    Receipt { status, event_id: recorded.event_id }
}

fn result_word(outcome: &Result<Answer>) -> &'static str {
    match outcome {
        Ok(Answer::Receipt(receipt, _)) => receipt.status,
        Ok(Answer::Handshake(_)) => "handshake",
        Err(crate::error::Error::Public(error)) => error.code(),
        Err(crate::error::Error::Internal(_)) => "internal",
    }
}

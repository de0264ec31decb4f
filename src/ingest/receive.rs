//! `POST /api/webhooks/{source}`: the first stage of every webhook's way.

use std::net::IpAddr;
use std::sync::Arc;

use app::Error;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use serde::Serialize;

use super::record::RecordError;
use super::{Intake, Recorder, Refusal, Taken, headers, verify};
use crate::crypto::random_id;
use crate::db::{NewEvent, Recorded};
use crate::error::Result;
use crate::ops::Ops;
use crate::provider::{clean_line, json_text};
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

/// A request to be received.
#[derive(Debug)]
pub struct Incoming {
    pub slug: String,
    pub headers: HeaderMap,
    pub ip: IpAddr,
    pub request_id: String,
}

impl Receiver {
    /// Verifies and stores; the answer comes after the commit. Every outcome is counted, every refusal logged.
    pub async fn receive(&self, incoming: Incoming, body: Body) -> Result<Receipt> {
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
    ) -> Result<Receipt> {
        let (event, _share) = match self.verify(source, incoming, body).await {
            Ok(verified) => verified,
            Err(refusal) => {
                let Incoming { slug, ip, request_id, .. } = incoming;
                tracing::warn!(source = clean_line(slug, 64), %ip, request_id, "webhook refused: {refusal}");
                return Err(refusal.tell().into());
            }
        };
        let request_id = event.request_id.clone();
        match self.recorder.record(event).await {
            Ok(recorded) => Ok(receipt(recorded)),
            Err(error @ RecordError::Refused(_)) => Err(anyhow::Error::new(error).into()),
            Err(error) => {
                tracing::error!(request_id, "webhook not stored: {error}");
                Err(Error::Unavailable.into())
            }
        }
    }

    /// The event to be stored, and the body's share of the budget until it is.
    async fn verify(
        &self,
        source: Option<Arc<ReadySource>>,
        incoming: &Incoming,
        body: Body,
    ) -> std::result::Result<(NewEvent, Taken), Refusal> {
        let source = source.ok_or(Refusal::NoSource)?;
        check_encoding(&incoming.headers)?;
        let taken = self.intake.read(body, source.max_body).await?;
        let now = self.ops.now();
        let verified = verify(&source.recipe, &source.keys, &incoming.headers, &taken.bytes, now)?;
        Ok((new_event(&source, incoming, taken.bytes.clone(), verified.signature, now), taken))
    }

    fn unavailable(&self, incoming: &Incoming, error: &sqlx::Error) -> crate::error::Error {
        tracing::error!(request_id = incoming.request_id, "cannot look up the source: {error}");
        self.ops.metrics.count_webhook("unknown", Error::Unavailable.code());
        Error::Unavailable.into()
    }
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
        headers: headers::kept(&incoming.headers),
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

fn result_word(outcome: &Result<Receipt>) -> &'static str {
    match outcome {
        Ok(receipt) => receipt.status,
        Err(crate::error::Error::Public(error)) => error.code(),
        Err(crate::error::Error::Internal(_)) => "internal",
    }
}

//! `POST /api/webhooks/{source}`: the first stage of every webhook's way.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use app::Error;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use serde::Serialize;

use super::genuine::{Genuine, Whole, examine};
use super::quarantine::{Quarantine, Refused};
use super::record::RecordError;
use super::{Intake, Party, Recorder, Refusal, Repeats};
use crate::db::{NewEvent, Recorded};
use crate::error::Result;
use crate::network::network;
use crate::ops::Ops;
use crate::provider::{Reply, clean_line};
use crate::sources::{Found, ReadySource};

/// What ingest needs.
#[derive(Clone, Debug)]
pub struct Receiver {
    pub ops: Arc<Ops>,
    pub recorder: Recorder,
    pub quarantine: Quarantine,
    pub intake: Intake,
    pub repeats: Repeats,
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
        if let Some(why) = self.ops.db.availability().failing(Duration::ZERO) {
            return Err(self.unavailable(&incoming, &why));
        }
        let source = self.ops.sources.find(&incoming.slug).await;
        let source = match source {
            Ok(source) => source.filter(Found::is_active),
            Err(error) => return Err(self.unavailable(&incoming, &error)),
        };
        let label = if source.is_some() { incoming.slug.clone() } else { "unknown".to_owned() };
        let outcome = match source {
            Some(Found::Ready(source)) => self.verify_and_store(source, incoming, body).await,
            // It is sent again, and taken once somebody mended it.
            Some(Found::Broken(_)) => Err(Error::Unavailable.into()),
            None => Err(self.refuse(0, &incoming, &Refusal::NoSource)),
        };
        self.ops.metrics.count_webhook(&label, result_word(&outcome));
        outcome
    }

    async fn verify_and_store(&self, source: Arc<ReadySource>, incoming: Incoming, body: Body) -> Result<Answer> {
        let at = self.ops.now();
        let taken = match self.take(&source, &incoming, body).await {
            Ok(taken) => taken,
            Err(refusal) => return Err(self.set_aside(source, incoming, at, None, refusal)),
        };
        let Incoming { headers, query, ip, request_id, .. } = &incoming;
        let whole = Whole { headers, query: query.as_deref(), body: &taken, ip: *ip, request_id, at };
        match examine(&self.ops, &source, &whole).await {
            Ok(Genuine::Event(event)) => self.record(*event, source.pack.accepted_status).await,
            Ok(Genuine::Handshake(reply)) => Ok(Answer::Handshake(reply)),
            Err(refusal) => Err(self.set_aside(source, incoming, at, Some(taken), refusal)),
        }
    }

    async fn take(&self, source: &ReadySource, incoming: &Incoming, body: Body) -> std::result::Result<Bytes, Refusal> {
        check_encoding(&incoming.headers)?;
        let party = Party { source: source.id, network: network(incoming.ip) };
        self.intake.read(party, body, source.max_body).await
    }

    async fn record(&self, event: NewEvent, status: u16) -> Result<Answer> {
        let request_id = event.request_id.clone();
        match self.recorder.record(event).await {
            Ok(recorded) => Ok(Answer::Receipt(receipt(recorded), status)),
            Err(error @ RecordError::Refused(_)) => Err(anyhow::Error::new(error).into()),
            Err(error) => {
                if let Some(left_out) = self.repeats.tell(0, "not stored") {
                    tracing::error!(request_id, left_out, "webhook not stored: {error}");
                }
                Err(Error::Unavailable.into())
            }
        }
    }

    /// Refuses, and keeps the request in quarantine as far as its bounds allow.
    fn set_aside(
        &self,
        source: Arc<ReadySource>,
        incoming: Incoming,
        at: i64,
        body: Option<Bytes>,
        refusal: Refusal,
    ) -> crate::error::Error {
        let error = self.refuse(source.id, &incoming, &refusal);
        // What strangers sent must not fill the budget while it waits to be kept.
        let body = body.filter(|_| !self.intake.is_busy());
        let Incoming { headers, query, ip, request_id, .. } = incoming;
        self.quarantine.keep(Refused { source, headers, query, ip, request_id, at, body, refusal });
        error
    }

    /// Tells the sender the code, and the log the reason; of many alike a few, and how many were left out before them.
    fn refuse(&self, source: i64, incoming: &Incoming, refusal: &Refusal) -> crate::error::Error {
        let Incoming { slug, ip, request_id, .. } = incoming;
        if let Some(left_out) = self.repeats.tell(source, refusal.word()) {
            tracing::warn!(source = clean_line(slug, 64), %ip, request_id, left_out, "webhook refused: {refusal}");
        }
        refusal.tell().into()
    }

    fn unavailable(&self, incoming: &Incoming, why: &dyn std::fmt::Display) -> crate::error::Error {
        tracing::debug!(request_id = incoming.request_id, "webhook not taken: {why}");
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

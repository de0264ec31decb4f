//! `POST /api/webhooks/{source}`: receives, verifies and stores a webhook.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::Error;
use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use serde::Serialize;

use super::authenticate::{Authenticated, authenticate};
use super::inflate::Coding;
use super::quarantine::{Quarantine, Refused};
use super::record::RecordError;
use super::request::InboundRequest;
use super::{BodyReader, EventWriter, Party, RejectReason, Repeats, Unread};
use crate::db::{NewEvent, Recorded};
use crate::error::Result;
use crate::network::network;
use crate::ops::Ops;
use crate::provider::{Reply, clean_line};
use crate::sources::{Found, LoadedSource};

/// The webhook endpoint with its dependencies; clones share their state.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// Shared state of the node.
    pub ops: Arc<Ops>,
    /// Commits accepted events.
    pub event_writer: EventWriter,
    /// Keeps rejected requests.
    pub quarantine: Quarantine,
    /// Bounds the memory of all bodies.
    pub body_reader: BodyReader,
    /// Rate-limits log lines about rejections.
    pub repeats: Repeats,
}

/// Response body for the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// `accepted` or `duplicate`.
    pub status: &'static str,
    /// The stored event, or the one that it duplicates.
    pub event_id: i64,
}

/// The outcome of a request that was not rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The event was stored or is a duplicate; the status code is the one the provider expects.
    Receipt(Receipt, u16),
    /// A handshake with a response of its own.
    Handshake(Reply),
}

/// A request without its body.
#[derive(Debug)]
pub struct Incoming {
    /// The last segment of the path; not necessarily that of a source.
    pub slug: String,
    /// As received.
    pub headers: HeaderMap,
    /// The raw query string.
    pub query: Option<String>,
    /// The client's address, behind trusted proxies.
    pub ip: IpAddr,
    /// Random id of the request, which the log lines contain.
    pub request_id: String,
}

impl Receiver {
    /// Verifies and stores; responds after the commit. Counts every outcome and logs every rejection.
    pub async fn receive(&self, incoming: Incoming, body: Body) -> Result<Answer> {
        let started = Instant::now();
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
            // The provider sends it again; it is accepted once the source was repaired.
            Some(Found::Broken(_)) => Err(Error::Unavailable.into()),
            None => Err(self.refuse(0, &incoming, &RejectReason::NoSource)),
        };
        self.ops.metrics.count_webhook(&label, result_word(&outcome));
        if outcome.is_ok() {
            self.ops.metrics.record_webhook(started.elapsed());
        }
        outcome
    }

    async fn verify_and_store(&self, source: Arc<LoadedSource>, incoming: Incoming, body: Body) -> Result<Answer> {
        let at = self.ops.now();
        let taken = match self.take(&source, &incoming, body).await {
            Ok(taken) => taken,
            Err(Unread { reason, beginning }) => {
                return Err(self.quarantine_request(source, incoming, at, (beginning, false), reason));
            }
        };
        let Incoming { headers, query, ip, request_id, .. } = &incoming;
        let inbound = InboundRequest { headers, query: query.as_deref(), body: &taken, ip: *ip, request_id, at };
        match authenticate(&self.ops, &source, &inbound).await {
            Ok(Authenticated::Event(event)) => self.record(*event, source.pack.accepted_status).await,
            Ok(Authenticated::Handshake(reply)) => Ok(Answer::Handshake(reply)),
            Err(reason) => Err(self.quarantine_request(source, incoming, at, (Some(taken), true), reason)),
        }
    }

    async fn take(&self, source: &LoadedSource, incoming: &Incoming, body: Body) -> std::result::Result<Bytes, Unread> {
        Coding::of(&incoming.headers, source.pack.takes_compressed)?;
        let party = Party { source: source.id, network: network(incoming.ip) };
        self.body_reader.read(party, body, source.max_body).await
    }

    async fn record(&self, event: NewEvent, status: u16) -> Result<Answer> {
        let request_id = event.request_id.clone();
        match self.event_writer.record(event).await {
            Ok(recorded) => Ok(Answer::Receipt(receipt(recorded), status)),
            Err(error @ RecordError::Refused(_)) => Err(anyhow::Error::new(error).into()),
            Err(error) => {
                if let Some(left_out) = self.repeats.should_log(0, "not stored") {
                    tracing::error!(request_id, left_out, "webhook not stored: {error}");
                }
                Err(Error::Unavailable.into())
            }
        }
    }

    /// Rejects the request and keeps it in quarantine, within its limits. `is_whole`: the body is all of it.
    fn quarantine_request(
        &self,
        source: Arc<LoadedSource>,
        incoming: Incoming,
        at: i64,
        (body, is_whole): (Option<Bytes>, bool),
        reason: RejectReason,
    ) -> crate::error::Error {
        let error = self.refuse(source.id, &incoming, &reason);
        // Rejected bodies must not use up the budget while they wait for the quarantine task.
        let body = body.filter(|_| !self.body_reader.is_busy());
        let Incoming { headers, query, ip, request_id, .. } = incoming;
        self.quarantine.keep(Refused { source, headers, query, ip, request_id, at, body, is_whole, reason });
        error
    }

    /// Responds with the public error code and logs the reason. Repeated log lines are sampled, with the count of
    /// suppressed ones.
    fn refuse(&self, source: i64, incoming: &Incoming, reason: &RejectReason) -> crate::error::Error {
        let Incoming { slug, ip, request_id, .. } = incoming;
        if let Some(left_out) = self.repeats.should_log(source, reason.word()) {
            tracing::warn!(source = clean_line(slug, 64), %ip, request_id, left_out, "webhook rejected: {reason}");
        }
        reason.to_public().into()
    }

    fn unavailable(&self, incoming: &Incoming, why: &dyn std::fmt::Display) -> crate::error::Error {
        tracing::debug!(request_id = incoming.request_id, "webhook not accepted: {why}");
        self.ops.metrics.count_webhook("unknown", Error::Unavailable.code());
        Error::Unavailable.into()
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

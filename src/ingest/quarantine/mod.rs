//! Quarantine: rejected requests, kept for a while with the exact reason, so that they can be verified again.
//!
//! Anyone can cause rejected requests, so everything is bounded: `limits` per client address, `db::quarantine` in
//! total. `diagnose` looks for the cause of a mismatch, `again` verifies again after the secret was corrected.

pub mod again;
mod diagnose;
mod limits;
mod sealed;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::http::HeaderMap;
use tokio::sync::mpsc;

use super::request::InboundRequest;
use super::verify::url_token;
use super::{RejectReason, headers};
use crate::db::{NewRefused, Writer};
use crate::ops::Ops;
use crate::provider::{clean_line, clean_text};
use crate::sources::LoadedSource;
use limits::Limits;

/// Capacity of the queue of requests to keep; when it is full, further requests are dropped.
const WAITING: usize = 64;

/// Longest stored reason, in bytes.
const MAX_DETAIL: usize = 1_000;

/// A rejected request.
#[derive(Debug)]
pub struct Refused {
    /// The source that it was sent to.
    pub source: Arc<LoadedSource>,
    /// All headers as received, not redacted.
    pub headers: HeaderMap,
    /// The raw query string.
    pub query: Option<String>,
    /// The client's address, behind trusted proxies.
    pub ip: IpAddr,
    /// Random id of the request, which the log lines contain.
    pub request_id: String,
    /// Time of receipt, Unix milliseconds.
    pub at: i64,
    /// `None` if the body was not read, or dropped under load.
    pub body: Option<Bytes>,
    /// Whether `body` is all of it, so that the request can be verified again.
    pub is_whole: bool,
    /// Why it was rejected.
    pub reason: RejectReason,
}

/// Hands rejected requests to a background task; callers never wait for it.
#[derive(Clone, Debug)]
pub struct Quarantine {
    ops: Arc<Ops>,
    limits: Arc<Mutex<Limits>>,
    requests: mpsc::Sender<Refused>,
}

impl Quarantine {
    /// Returns the handle and the background task to spawn; the task ends when every clone of the handle is dropped.
    pub fn new(ops: &Arc<Ops>) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (requests, waiting) = mpsc::channel(WAITING);
        let task = keep_all(ops.clone(), waiting);
        (Self { ops: ops.clone(), limits: Arc::default(), requests }, task)
    }

    /// Keeps a request if its reject reason qualifies and its address is within the limits. Never blocks; requests that
    /// do not fit are counted and dropped.
    pub fn keep(&self, refused: Refused) {
        if !refused.reason.is_kept() {
            return;
        }
        let bytes = refused.body.as_ref().map_or(0, Bytes::len) + headers::header_bytes(&refused.headers);
        let fits = self.limits.lock().unwrap_or_else(PoisonError::into_inner).take(refused.ip, bytes, refused.at);
        if !fits || self.requests.try_send(refused).is_err() {
            self.ops.metrics.refused_not_kept.inc();
        }
    }
}

async fn keep_all(ops: Arc<Ops>, mut waiting: mpsc::Receiver<Refused>) {
    while let Some(refused) = waiting.recv().await {
        let request_id = refused.request_id.clone();
        if let Err(error) = keep_one(&ops, refused).await {
            tracing::warn!(request_id, "cannot store a rejected request: {error:#}");
        }
    }
}

async fn keep_one(ops: &Arc<Ops>, refused: Refused) -> anyhow::Result<()> {
    let others = ops.sources.list().await?;
    let looking = ops.clone();
    // Runs on the blocking pool, since it may hash a large body several times.
    let (refused, hint) = tokio::task::spawn_blocking(move || {
        let hint = diagnose::mismatch(&looking, &refused, &others);
        (refused, hint)
    })
    .await?;
    let row = row(ops, &refused, hint)?;
    let mut tx = ops.db.begin(Writer::Worker).await?;
    tx.insert_refused(&row).await?;
    tx.commit().await?;
    Ok(())
}

fn row(ops: &Ops, refused: &Refused, hint: Option<String>) -> anyhow::Result<NewRefused> {
    let detail = match hint {
        Some(hint) => format!("{}: {hint}", refused.reason),
        None => refused.reason.to_string(),
    };
    let content_type = headers::text(&refused.headers, "content-type").unwrap_or_default();
    let body = refused.body.clone();
    let token = url_token(refused.query.as_deref().unwrap_or_default());
    Ok(NewRefused {
        webhook_source_id: refused.source.id,
        request_id: refused.request_id.clone(),
        reason: refused.reason.word(),
        detail: clean_text(&detail, MAX_DETAIL),
        content_type: clean_line(content_type, 200),
        headers: headers::kept(&refused.headers, token.as_deref(), |name| refused.source.is_token_header(name)),
        sealed: (body.is_some() && refused.is_whole).then(|| sealed::seal(&ops.crypto, refused)).transpose()?,
        payload: body.unwrap_or_default(),
        ip_address: refused.ip.to_string(),
        created_at: refused.at,
    })
}

impl Refused {
    /// The original request with a different body.
    fn with_body<'a>(&'a self, body: &'a Bytes) -> InboundRequest<'a> {
        let Self { headers, query, ip, request_id, at, .. } = self;
        InboundRequest { headers, query: query.as_deref(), body, ip: *ip, request_id, at: *at }
    }
}

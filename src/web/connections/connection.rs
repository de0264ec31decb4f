//! The state of a single connection.

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::network::network;

/// Transferring this many bytes counts as progress.
const STEP: usize = 5 * 1024;

/// The phase of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Between two requests.
    Idle,
    /// Waiting for the headers of a request, or for the rest of them.
    Headers,
    /// Waiting for the body of a request.
    Body,
    /// A complete request is being handled.
    Work,
    /// A response is being produced and sent.
    Answer,
    /// The response is complete; its last bytes are being sent.
    Sent,
    /// A WebSocket of the live stream; no HTTP request is in progress.
    Live,
}

/// A connection, shared by everything that observes or controls it.
#[derive(Debug)]
pub struct Connection {
    /// Network of the peer; `None` for a trusted proxy, which forwards for many clients.
    pub home: Option<IpAddr>,
    now: Mutex<Now>,
    closing: Notify,
}

/// The current phase and the client it serves.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    pub network: Option<IpAddr>,
    pub phase: Phase,
    /// When this phase began, or last made progress.
    pub since: Instant,
    /// Bytes transferred since then.
    bytes: usize,
    /// Whether part of a request body was never read.
    is_unread: bool,
}

impl Connection {
    pub fn new(home: Option<IpAddr>) -> Self {
        let now = Now { network: home, phase: Phase::Headers, since: Instant::now(), bytes: 0, is_unread: false };
        Self { home, now: Mutex::new(now), closing: Notify::new() }
    }

    pub fn now(&self) -> Now {
        *self.lock()
    }

    /// A request was received from a client.
    pub fn asked(&self, client: IpAddr) {
        let mut now = self.lock();
        now.network = Some(network(client));
        now.enter(Phase::Work);
    }

    /// Enters a phase, unless already in it.
    pub fn enter(&self, phase: Phase) {
        let mut now = self.lock();
        if now.phase != phase {
            now.enter(phase);
        }
    }

    /// A body was dropped. If it is not whole, it was not read to its end.
    pub fn leave(&self, phase: Phase, next: Phase, is_whole: bool) {
        let mut now = self.lock();
        now.is_unread |= phase == Phase::Body && !is_whole;
        if now.phase == phase {
            now.enter(next);
        }
    }

    /// Bytes were received.
    pub fn received(&self, bytes: usize) {
        let mut now = self.lock();
        if now.phase == Phase::Idle {
            now.enter(Phase::Headers);
        }
        now.count(Phase::Body, bytes);
    }

    /// Bytes were sent.
    pub fn sent(&self, bytes: usize) {
        let mut now = self.lock();
        now.count(Phase::Answer, bytes);
        now.count(Phase::Sent, bytes);
    }

    /// All output has been written.
    pub fn flushed(&self) {
        let mut now = self.lock();
        if now.phase == Phase::Sent {
            now.network = self.home;
            now.enter(Phase::Idle);
        }
    }

    pub fn is_unread(&self) -> bool {
        self.lock().is_unread
    }

    /// Asks the task that serves the connection to close it.
    pub fn close(&self) {
        self.closing.notify_one();
    }

    /// Completes when the connection is to be closed.
    pub async fn closing(&self) {
        self.closing.notified().await;
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Now {
    fn enter(&mut self, phase: Phase) {
        if self.phase != Phase::Live {
            (self.phase, self.since, self.bytes) = (phase, Instant::now(), 0);
        }
    }

    fn count(&mut self, phase: Phase, bytes: usize) {
        if self.phase == phase {
            self.bytes += bytes;
            if self.bytes >= STEP {
                (self.since, self.bytes) = (Instant::now(), 0);
            }
        }
    }
}

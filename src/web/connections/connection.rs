//! What one connection is doing.

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::network::network;

/// Who brings or takes this many bytes gets on.
const STEP: usize = 5 * 1024;

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Between two requests.
    Idle,
    /// Waits for the headers of a request, or for the rest of them.
    Headers,
    /// Waits for the body of a request.
    Body,
    /// A request is whole and worked on.
    Work,
    /// An answer is made and sent.
    Answer,
    /// An answer is made; what is left of it is on its way.
    Sent,
    /// Live: it is nobody's request any more.
    Live,
}

/// A connection, as everybody who deals with it sees it.
#[derive(Debug)]
pub struct Connection {
    /// The network at the other end; None for a trusted proxy, which speaks for many.
    pub home: Option<IpAddr>,
    now: Mutex<Now>,
    closing: Notify,
}

/// What it is doing, and for whom.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    pub network: Option<IpAddr>,
    pub phase: Phase,
    /// When it came to this phase, or last got on in it.
    pub since: Instant,
    /// What came or went since then.
    bytes: usize,
    /// Whether some of a body was never read.
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

    /// A request came from a client.
    pub fn asked(&self, client: IpAddr) {
        let mut now = self.lock();
        now.network = Some(network(client));
        now.enter(Phase::Work);
    }

    /// Goes on to the next phase, unless it is there.
    pub fn enter(&self, phase: Phase) {
        let mut now = self.lock();
        if now.phase != phase {
            now.enter(phase);
        }
    }

    /// A body is let go of; what is not whole was not read to its end.
    pub fn leave(&self, phase: Phase, next: Phase, is_whole: bool) {
        let mut now = self.lock();
        now.is_unread |= phase == Phase::Body && !is_whole;
        if now.phase == phase {
            now.enter(next);
        }
    }

    /// Bytes came in.
    pub fn received(&self, bytes: usize) {
        let mut now = self.lock();
        if now.phase == Phase::Idle {
            now.enter(Phase::Headers);
        }
        now.count(Phase::Body, bytes);
    }

    /// Bytes went out.
    pub fn sent(&self, bytes: usize) {
        let mut now = self.lock();
        now.count(Phase::Answer, bytes);
        now.count(Phase::Sent, bytes);
    }

    /// Nothing is left to be sent.
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

    /// Asks whoever serves it to let go of it.
    pub fn close(&self) {
        self.closing.notify_one();
    }

    /// Ends when it is to be let go of.
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

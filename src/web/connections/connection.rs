//! The state of a single connection.

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::network::network;

/// Transferring this many bytes counts as progress.
const STEP: usize = 5 * 1024;

/// Timeout for the headers of a request, from its first byte or the beginning of the connection.
const HEADERS: Duration = Duration::from_secs(10);

/// Timeout between two requests, as of nginx (`keepalive_timeout`): providers keep connections open for the next delivery.
const IDLE: Duration = Duration::from_secs(75);

/// How often a connection is looked at.
const LOOK: Duration = Duration::from_secs(5);

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
    /// Whether bytes of the next request have come before this one was answered.
    is_ahead: bool,
}

impl Connection {
    pub fn new(home: Option<IpAddr>) -> Self {
        let now = Now {
            network: home,
            phase: Phase::Headers,
            since: Instant::now(),
            bytes: 0,
            is_unread: false,
            is_ahead: false,
        };
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
        now.is_ahead |= matches!(now.phase, Phase::Work | Phase::Answer | Phase::Sent);
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
            let is_ahead = std::mem::take(&mut now.is_ahead);
            now.enter(if is_ahead { Phase::Headers } else { Phase::Idle });
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

    /// Completes when the headers or the next request are overdue.
    pub async fn overdue(&self) {
        loop {
            let now = self.now();
            let end = match now.phase {
                Phase::Headers => Some(now.since + HEADERS),
                Phase::Idle => Some(now.since + IDLE),
                _ => None,
            };
            if end.is_some_and(|end| end <= Instant::now()) {
                return;
            }
            // Looks again meanwhile, since a phase that ends sooner may begin.
            let look = Instant::now() + LOOK;
            sleep_until(end.map_or(look, |end| end.min(look))).await;
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn headers_have_ten_seconds_and_the_next_request_has_seventy_five() {
        let ended_after = async |connection: &Connection| {
            let began = Instant::now();
            connection.overdue().await;
            began.elapsed().as_secs()
        };
        let connection = Connection::new(None);
        assert_eq!(ended_after(&connection).await, 10);
        connection.enter(Phase::Sent);
        connection.flushed();
        assert_eq!(ended_after(&connection).await, 75);
        let began = async {
            tokio::time::sleep(Duration::from_secs(21)).await;
            connection.received(1);
        };
        connection.enter(Phase::Sent);
        connection.flushed();
        let (seconds, ()) = tokio::join!(ended_after(&connection), began);
        assert_eq!(seconds, 31, "headers count from their first byte");
        connection.enter(Phase::Work);
        let waited = tokio::time::timeout(Duration::from_secs(600), connection.overdue()).await;
        assert!(waited.is_err(), "a request that is worked on is not overdue");
    }
}

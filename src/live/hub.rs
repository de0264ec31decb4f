//! Where the sockets of one node meet the tail.

use std::sync::Arc;

use app::types::Frame;
use tokio::sync::broadcast;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// Frames a slow client may lag behind before it is dropped; it resumes from where it was.
const LAG: usize = 1024;

/// A frame as text, built once for all.
#[derive(Debug)]
pub struct Wire {
    /// Sequence number, or None for a frame outside the sequence.
    pub seq: Option<i64>,
    pub text: String,
}

/// Gives frames to every socket.
#[derive(Clone, Debug)]
pub struct Hub {
    frames: broadcast::Sender<Arc<Wire>>,
    sockets: TaskTracker,
}

impl Default for Hub {
    fn default() -> Self {
        Self { frames: broadcast::Sender::new(LAG), sockets: TaskTracker::new() }
    }
}

impl Hub {
    /// Frames from now on.
    pub fn join(&self) -> broadcast::Receiver<Arc<Wire>> {
        self.frames.subscribe()
    }

    /// To be held by a socket for as long as it is open.
    pub fn token(&self) -> TaskTrackerToken {
        self.sockets.token()
    }

    /// Until the last socket has said goodbye.
    pub async fn closed(&self) {
        self.sockets.close();
        self.sockets.wait().await;
    }

    /// Whether anybody listens.
    pub fn is_empty(&self) -> bool {
        self.frames.receiver_count() == 0
    }

    /// Gives a frame of the sequence to everybody.
    pub fn send(&self, frame: &Frame) {
        let _nobody_listens = self.frames.send(Arc::new(Wire { seq: Some(frame.seq), text: frame.to_text() }));
    }

    /// Gives a frame that stands outside the sequence to everybody.
    pub fn send_aside(&self, frame: &Frame) {
        let _nobody_listens = self.frames.send(Arc::new(Wire { seq: None, text: frame.to_text() }));
    }
}

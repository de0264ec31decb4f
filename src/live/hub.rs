//! Broadcasts frames from the tail to the sockets of this node.

use std::sync::Arc;

use app::types::Frame;
use tokio::sync::broadcast;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// Frames that a client may lag behind before it is disconnected; it reconnects from its last sequence number.
const LAG: usize = 1024;

/// A frame serialized once for all sockets.
#[derive(Debug)]
pub struct Wire {
    /// Sequence number; `None` for a frame outside the sequence, such as figures.
    pub seq: Option<i64>,
    /// The frame as JSON.
    pub text: String,
}

/// Sends frames to every socket; clones share it.
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
    /// Receives all frames from now on.
    pub fn join(&self) -> broadcast::Receiver<Arc<Wire>> {
        self.frames.subscribe()
    }

    /// Held by a socket while it is open; [`Self::closed`] waits for it to be dropped.
    pub fn token(&self) -> TaskTrackerToken {
        self.sockets.token()
    }

    /// Waits until every socket is closed.
    pub async fn closed(&self) {
        self.sockets.close();
        self.sockets.wait().await;
    }

    /// Whether no client is connected.
    pub fn is_empty(&self) -> bool {
        self.frames.receiver_count() == 0
    }

    /// Sends a frame of the sequence to every socket.
    pub fn send(&self, frame: &Frame) {
        let _nobody_listens = self.frames.send(Arc::new(Wire { seq: Some(frame.seq), text: frame.to_text() }));
    }

    /// Sends a frame outside the sequence to every socket.
    pub fn send_aside(&self, frame: &Frame) {
        let _nobody_listens = self.frames.send(Arc::new(Wire { seq: None, text: frame.to_text() }));
    }
}

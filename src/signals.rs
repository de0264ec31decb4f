//! Wake-ups between the tasks of this node. A lost one costs time only: every task also polls.

use std::sync::atomic::AtomicBool;

use tokio::sync::Notify;

/// One per task that can be woken.
#[derive(Debug, Default)]
pub struct Signals {
    /// Alerts or events are queued for the search index.
    pub index: Notify,
    /// Data of a removed source, or beyond retention, is to be deleted.
    pub prune: Notify,
    /// Notifications are due.
    pub send: Notify,
    /// Whether the last batch of a worker was full, so that a backlog is likely.
    pub is_behind: AtomicBool,
}

impl Signals {
    /// Wakes the senders of this node if notifications are due; those of other nodes poll every second.
    pub fn wake_sender(&self, due: &[i64]) {
        if !due.is_empty() {
            self.send.notify_one();
        }
    }
}

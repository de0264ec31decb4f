//! The bus port: wakes the tail of every node after a commit. A message is only a wake-up, but in Redis it carries the
//! frame, so that `redis-cli subscribe alerts` shows it. Messages that are not frames are logged and ignored.

mod redis;

use std::sync::Arc;

use app::types::Frame;
use tokio::sync::watch;

use self::redis::RedisBus;

/// Publisher side of the bus; clones share it.
#[derive(Clone, Debug)]
pub enum Bus {
    /// In this process; the value counts the wake-ups.
    Local(Arc<watch::Sender<u64>>),
    /// Redis pub/sub, shared by all nodes.
    Redis(Arc<RedisBus>),
}

/// Receives wake-ups; several pending ones are delivered as one.
#[derive(Debug)]
pub struct Subscription(watch::Receiver<u64>);

impl Bus {
    /// Redis if there is a URL, else in memory. Does not wait for a connection; fails if the URL is invalid. `prefix` is
    /// that of the channel's name.
    pub fn open(redis_url: Option<&str>, prefix: &str) -> anyhow::Result<Self> {
        Ok(match redis_url {
            Some(url) => Self::Redis(Arc::new(RedisBus::open(url, prefix)?)),
            None => Self::Local(Arc::new(watch::Sender::new(0))),
        })
    }

    /// Whether [`Self::publish`] sends frames anywhere; if not, they need not be built.
    pub const fn carries_frames(&self) -> bool {
        matches!(self, Self::Redis(_))
    }

    /// Wakes the tail of this node only.
    pub fn wake(&self) {
        match self {
            Self::Local(bell) => bell.send_modify(|n| *n += 1),
            Self::Redis(bus) => bus.wake(),
        }
    }

    /// Publishes frames to every node. Never blocks; frames are dropped if the publish queue is full.
    pub fn publish(&self, frames: &[Frame]) {
        if let Self::Redis(bus) = self {
            bus.publish(frames);
        }
    }

    /// Subscribes to wake-ups from now on.
    pub fn subscribe(&self) -> Subscription {
        Subscription(match self {
            Self::Local(bell) => bell.subscribe(),
            Self::Redis(bus) => bus.subscribe(),
        })
    }

    /// Latency of a small write in milliseconds, or the error of Redis; `None` for the bus in memory.
    pub async fn ping(&self) -> Option<Result<f64, String>> {
        match self {
            Self::Local(_) => None,
            Self::Redis(bus) => Some(bus.ping().await),
        }
    }
}

impl Subscription {
    /// Completes at the next wake-up; never, if the bus was dropped.
    pub async fn woken(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

//! The bus port: it wakes the tail of every node. A message is only a wake-up, though in Redis it carries the frame,
//! so that `redis-cli subscribe alerts` shows what happens. What is published there by hand is logged and ignored.

mod redis;

use std::sync::Arc;

use app::types::Frame;
use tokio::sync::watch;

use self::redis::RedisBus;

/// In this process, or through Redis.
#[derive(Clone, Debug)]
pub enum Bus {
    Local(Arc<watch::Sender<u64>>),
    Redis(Arc<RedisBus>),
}

/// One tail's end of the bus.
#[derive(Debug)]
pub struct Subscription(watch::Receiver<u64>);

impl Bus {
    /// Redis if there is a URL; it need not answer yet.
    pub fn open(redis_url: Option<&str>, prefix: &str) -> anyhow::Result<Self> {
        Ok(match redis_url {
            Some(url) => Self::Redis(Arc::new(RedisBus::open(url, prefix)?)),
            None => Self::Local(Arc::new(watch::Sender::new(0))),
        })
    }

    /// Whether frames are worth building for it.
    pub const fn carries_frames(&self) -> bool {
        matches!(self, Self::Redis(_))
    }

    /// Wakes the tail of this process.
    pub fn wake(&self) {
        match self {
            Self::Local(bell) => bell.send_modify(|n| *n += 1),
            Self::Redis(bus) => bus.wake(),
        }
    }

    /// Publishes frames to every node. Never waits and never fails.
    pub fn publish(&self, frames: &[Frame]) {
        if let Self::Redis(bus) = self {
            bus.publish(frames);
        }
    }

    /// Wake-ups from now on.
    pub fn subscribe(&self) -> Subscription {
        Subscription(match self {
            Self::Local(bell) => bell.subscribe(),
            Self::Redis(bus) => bus.subscribe(),
        })
    }

    /// Milliseconds of one round trip; None in this process, the error if Redis does not answer.
    pub async fn ping(&self) -> Option<Result<f64, String>> {
        match self {
            Self::Local(_) => None,
            Self::Redis(bus) => Some(bus.ping().await),
        }
    }
}

impl Subscription {
    /// Until something was published.
    pub async fn woken(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

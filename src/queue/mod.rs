//! The queue port: it carries ids of events that are due, as hints. Losing one costs time, never an event.

mod local;
mod redis;

use std::sync::Arc;
use std::time::Duration;

pub use self::redis::RedisQueue;
pub use local::LocalQueue;

/// Most ids in one batch.
pub const BATCH: usize = 64;

/// Most ids that wait; what is over it, the sweeper finds.
pub const CAPACITY: usize = 10_000;

/// Ids taken together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub ids: Vec<i64>,
    /// What a Redis stream calls the messages.
    receipts: Vec<String>,
}

/// In this process, or in Redis.
#[derive(Clone, Debug)]
pub enum Queue {
    Local(Arc<LocalQueue>),
    Redis(Arc<RedisQueue>),
}

/// One worker's end of the queue.
pub enum Taker {
    Local(Arc<LocalQueue>),
    Redis(Box<redis::RedisTaker>),
}

impl Queue {
    /// Redis if there is a URL; it need not answer yet.
    pub fn open(redis_url: Option<&str>, prefix: &str, node: &str) -> anyhow::Result<Self> {
        Ok(match redis_url {
            Some(url) => Self::Redis(Arc::new(RedisQueue::open(url, prefix, node)?)),
            None => Self::Local(Arc::default()),
        })
    }

    /// Hints that these events are due. Never waits and never fails.
    pub fn push(&self, ids: &[i64]) {
        match self {
            Self::Local(queue) => queue.push(ids),
            Self::Redis(queue) => queue.push(ids),
        }
    }

    /// How many hints wait; 0 where Redis does not say.
    pub async fn waiting(&self) -> usize {
        match self {
            Self::Local(queue) => queue.waiting(),
            Self::Redis(queue) => queue.waiting().await,
        }
    }

    /// A worker's end, named by its number on this node.
    pub fn taker(&self, number: usize) -> Taker {
        match self {
            Self::Local(queue) => Taker::Local(queue.clone()),
            Self::Redis(queue) => Taker::Redis(Box::new(queue.taker(number))),
        }
    }

    /// Sends the hints that still wait in this process.
    pub async fn close(&self) {
        if let Self::Redis(queue) = self {
            queue.close().await;
        }
    }
}

impl Taker {
    /// Up to [`BATCH`] ids; None after `wait` without one.
    pub async fn take(&mut self, wait: Duration) -> Option<Batch> {
        match self {
            Self::Local(queue) => queue.take(wait).await,
            Self::Redis(taker) => taker.take(wait).await,
        }
    }

    /// The rows of a batch are claimed: the hints are no longer needed.
    pub async fn done(&mut self, batch: &Batch) {
        if let Self::Redis(taker) = self {
            taker.done(batch).await;
        }
    }
}

//! The queue port: carries hints, the ids of due events, to the workers. A lost hint costs time, never an event: the
//! sweeper finds the row in the database.

mod local;
mod redis;

use std::sync::Arc;
use std::time::Duration;

pub use self::redis::RedisQueue;
pub use local::LocalQueue;

/// Most ids in one batch.
pub const BATCH: usize = 64;

/// Most hints queued in this process; further ones are dropped, and the sweeper finds their events.
pub const CAPACITY: usize = 10_000;

/// Hints taken together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// `webhook_events.id`, oldest hint first.
    pub ids: Vec<i64>,
    /// Ids of the Redis stream entries, to acknowledge; empty for the local queue.
    receipts: Vec<String>,
}

/// Producer side of the queue; clones share it.
#[derive(Clone, Debug)]
pub enum Queue {
    /// In the memory of this process.
    Local(Arc<LocalQueue>),
    /// A Redis stream, shared by all nodes.
    Redis(Arc<RedisQueue>),
}

/// Consumer side of the queue, one per worker task.
pub enum Taker {
    /// The shared queue in memory.
    Local(Arc<LocalQueue>),
    /// A consumer of the stream with a connection of its own.
    Redis(Box<redis::RedisTaker>),
}

impl Queue {
    /// Redis if there is a URL, else in memory. Does not wait for a connection; fails if the URL is invalid. `prefix` is
    /// that of the stream's name, `node` that of the consumers' names.
    pub fn open(redis_url: Option<&str>, prefix: &str, node: &str) -> anyhow::Result<Self> {
        Ok(match redis_url {
            Some(url) => Self::Redis(Arc::new(RedisQueue::open(url, prefix, node)?)),
            None => Self::Local(Arc::default()),
        })
    }

    /// Whether the hints stay in this process.
    pub const fn is_local(&self) -> bool {
        matches!(self, Self::Local(_))
    }

    /// Queues hints that these events are due. Never blocks; hints that do not fit are dropped.
    pub fn push(&self, ids: &[i64]) {
        match self {
            Self::Local(queue) => queue.push(ids),
            Self::Redis(queue) => queue.push(ids),
        }
    }

    /// Number of queued hints; 0 if Redis does not respond.
    pub async fn waiting(&self) -> usize {
        match self {
            Self::Local(queue) => queue.waiting(),
            Self::Redis(queue) => queue.waiting().await,
        }
    }

    /// The consumer of the worker with this number on this node.
    pub fn taker(&self, number: usize) -> Taker {
        match self {
            Self::Local(queue) => Taker::Local(queue.clone()),
            Self::Redis(queue) => Taker::Redis(Box::new(queue.taker(number))),
        }
    }

    /// Flushes hints that were not sent to Redis yet; waits up to a second.
    pub async fn close(&self) {
        if let Self::Redis(queue) = self {
            queue.close().await;
        }
    }
}

impl Taker {
    /// Up to [`BATCH`] hints, waiting up to `wait` for the first; `None` if there is none or Redis fails.
    pub async fn take(&mut self, wait: Duration) -> Option<Batch> {
        match self {
            Self::Local(queue) => queue.take(wait).await,
            Self::Redis(taker) => taker.take(wait).await,
        }
    }

    /// Acknowledges the hints of a batch. If the worker dies, its events are found in the database.
    pub async fn done(&mut self, batch: &Batch) {
        if let Self::Redis(taker) = self {
            taker.done(batch).await;
        }
    }
}

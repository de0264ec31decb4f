//! The limiter port: how many messages may be sent in a span of time (sliding window). With Redis the limits are shared by
//! all workers and measured by the clock of Redis; without it they are per process and measured by a monotonic clock.

mod local;
mod redis;

use self::redis::RedisLimits;
use local::LocalLimits;

/// One rate limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Limits with the same key share their count.
    pub key: String,
    /// Maximum number of messages within `span`.
    pub most: u32,
    /// Length of the window, in milliseconds.
    pub span: i64,
}

/// The limiter of this node.
#[derive(Debug)]
pub enum Limiter {
    /// Per process.
    Local(LocalLimits),
    /// Shared in Redis; the local limits are enforced while Redis is unavailable.
    Redis(Box<RedisLimits>, LocalLimits),
}

impl Limiter {
    /// Redis if there is a URL, which is connected to on first use. Fails if the URL is invalid. `prefix` precedes all keys.
    pub fn open(redis_url: Option<&str>, prefix: &str) -> anyhow::Result<Self> {
        Ok(match redis_url {
            Some(url) => Self::Redis(Box::new(RedisLimits::open(url, prefix)?), LocalLimits::default()),
            None => Self::Local(LocalLimits::default()),
        })
    }

    /// Counts one message against every limit, or against none and returns the wait in milliseconds.
    pub async fn take(&self, limits: &[Limit]) -> Result<(), i64> {
        match self {
            Self::Local(local) => local.take(limits),
            Self::Redis(redis, local) => match redis.take(limits).await {
                Ok(taken) => taken,
                Err(error) => {
                    tracing::warn!("Redis unavailable, enforcing rate limits per process: {error}");
                    local.take(limits)
                }
            },
        }
    }

    /// Counts a message that was sent `ago` milliseconds ago, before this process started; messages must come oldest first.
    /// No-op with Redis, which still has it.
    pub fn recall(&self, limits: &[Limit], ago: i64) {
        if let Self::Local(local) = self {
            local.recall(limits, ago);
        }
    }

    /// Blocks a key for `wait` milliseconds, as requested by the provider (`Retry-After`).
    pub async fn block(&self, key: &str, wait: i64) {
        match self {
            Self::Local(local) => local.block(key, wait),
            Self::Redis(redis, local) => {
                local.block(key, wait);
                if let Err(error) = redis.block(key, wait).await {
                    tracing::warn!("cannot share a rate-limit pause with other nodes: {error}");
                }
            }
        }
    }

    /// Number of messages within the current window of a limit.
    pub async fn used(&self, limit: &Limit) -> u32 {
        match self {
            Self::Local(local) => local.used(limit),
            Self::Redis(redis, local) => match redis.used(limit).await {
                Ok(used) => used,
                Err(_) => local.used(limit),
            },
        }
    }
}

//! The limiter port: how many messages may go in a span of time, shared by all workers. Spans are
//! measured by a clock that only goes forward: in this process its own, in Redis that of Redis.

mod local;
mod redis;

use self::redis::RedisLimits;
use local::LocalLimits;

/// One limit: at most `most` messages within `span` milliseconds under one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    pub key: String,
    pub most: u32,
    pub span: i64,
}

/// In this process, or in Redis.
#[derive(Debug)]
pub enum Limiter {
    Local(LocalLimits),
    /// With the local one for when Redis does not answer.
    Redis(Box<RedisLimits>, LocalLimits),
}

impl Limiter {
    /// Redis if there is a URL; it need not answer yet.
    pub fn open(redis_url: Option<&str>, prefix: &str) -> anyhow::Result<Self> {
        Ok(match redis_url {
            Some(url) => Self::Redis(Box::new(RedisLimits::open(url, prefix)?), LocalLimits::default()),
            None => Self::Local(LocalLimits::default()),
        })
    }

    /// Takes one message out of every limit, or says how many milliseconds to wait.
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

    /// Counts a message that went so many milliseconds ago, before this process started; Redis has not forgotten it.
    pub fn recall(&self, limits: &[Limit], ago: i64) {
        if let Self::Local(local) = self {
            local.recall(limits, ago);
        }
    }

    /// Stops everything under a key for so many milliseconds, as a provider asked.
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

    /// How many messages were taken under a limit and still count.
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

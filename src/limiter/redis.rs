//! Rate limits in Redis, shared by all workers. Each key is a sorted set `{prefix}opscenter:limit:{key}` of send times in
//! milliseconds by the clock of Redis; `…:blocked` exists while the key is blocked. A script counts a message against all
//! limits or none, atomically.

use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{RedisResult, Script};

use super::Limit;
use crate::crypto::random_id;

/// Returns the wait in milliseconds, 0 if the message was counted. ARGV: a unique id, then `most` and `span` for each key.
const TAKE: &str = r"
local time = redis.call('time')
local now, id, wait = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000), ARGV[1], 0
for i = 1, #KEYS do
  local most, span = tonumber(ARGV[i * 2]), tonumber(ARGV[1 + i * 2])
  redis.call('zremrangebyscore', KEYS[i], '-inf', now - span)
  local count = redis.call('zcard', KEYS[i])
  if count >= most then
    local first = redis.call('zrange', KEYS[i], count - most, count - most, 'withscores')
    wait = math.max(wait, tonumber(first[2]) + span - now)
  end
  wait = math.max(wait, redis.call('pttl', KEYS[i] .. ':blocked'))
end
if wait > 0 then return wait end
for i = 1, #KEYS do
  redis.call('zadd', KEYS[i], now, id)
  redis.call('pexpire', KEYS[i], ARGV[1 + i * 2])
end
return 0";

/// Returns the number of messages within the window. ARGV: `span`.
const USED: &str = r"
local time = redis.call('time')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
return redis.call('zcount', KEYS[1], now - tonumber(ARGV[1]) + 1, '+inf')";

/// The connection, established on first use.
pub struct RedisLimits {
    connection: ConnectionManager,
    prefix: String,
}

impl std::fmt::Debug for RedisLimits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RedisLimits")
    }
}

impl RedisLimits {
    /// Fails if the URL is invalid. Connecting and each response may take two seconds.
    pub fn open(url: &str, prefix: &str) -> anyhow::Result<Self> {
        let client = redis::Client::open(url)?;
        let patience = Some(Duration::from_secs(2));
        let config = ConnectionManagerConfig::new().set_response_timeout(patience).set_connection_timeout(patience);
        let connection = client.get_connection_manager_lazy(config.set_number_of_retries(1))?;
        Ok(Self { connection, prefix: prefix.to_owned() })
    }

    fn key(&self, key: &str) -> String {
        format!("{}opscenter:limit:{key}", self.prefix)
    }

    /// See [`super::Limiter::take`]; the outer error is that of Redis.
    pub async fn take(&self, limits: &[Limit]) -> RedisResult<Result<(), i64>> {
        let script = Script::new(TAKE);
        let mut call = script.prepare_invoke();
        call.arg(random_id());
        for limit in limits {
            call.key(self.key(&limit.key)).arg(limit.most).arg(limit.span);
        }
        let wait: i64 = call.invoke_async(&mut self.connection.clone()).await?;
        Ok(if wait > 0 { Err(wait) } else { Ok(()) })
    }

    /// Blocks a key for `wait` milliseconds.
    pub async fn block(&self, key: &str, wait: i64) -> RedisResult<()> {
        let key = format!("{}:blocked", self.key(key));
        let mut set = redis::cmd("set");
        set.arg(key).arg(1).arg("px").arg(wait.max(1));
        set.query_async(&mut self.connection.clone()).await
    }

    /// Number of messages within the window that ends now.
    pub async fn used(&self, limit: &Limit) -> RedisResult<u32> {
        let script = Script::new(USED);
        let mut call = script.prepare_invoke();
        call.key(self.key(&limit.key)).arg(limit.span);
        call.invoke_async(&mut self.connection.clone()).await
    }
}

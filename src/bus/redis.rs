//! The bus through Redis pub/sub, channel `{prefix}alerts`. Publisher and subscriber reconnect on their own.

use std::sync::Once;
use std::time::{Duration, Instant};

use app::types::Frame;
use futures::StreamExt;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisResult};
use tokio::sync::{mpsc, watch};

/// Most batches queued for publishing; further ones are dropped, since the tails read the database anyway.
const WAITING: usize = 1024;

const PAUSE: Duration = Duration::from_millis(500);

/// Timeout of the health check, which also limits how long the Overview waits for its figures; and the lifetime of the key
/// that the check writes, in milliseconds.
const PATIENCE: Duration = Duration::from_millis(500);
const PROBE_KEPT: u64 = 60_000;

/// A publishing task and, once there is a subscriber, a listening one.
#[derive(Debug)]
pub struct RedisBus {
    client: Client,
    channel: String,
    /// The key that the health check writes.
    probe: String,
    outbox: mpsc::Sender<Vec<String>>,
    bell: watch::Sender<u64>,
    connection: Pinger,
    /// Starts the listening task on the first subscription; CLI commands never subscribe.
    listening: Once,
}

struct Pinger(ConnectionManager);

impl std::fmt::Debug for Pinger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ConnectionManager")
    }
}

impl RedisBus {
    /// Starts the publishing task. Does not wait for a connection; fails if the URL is invalid.
    pub fn open(url: &str, prefix: &str) -> anyhow::Result<Self> {
        let client =
            Client::open(url).map_err(|error| anyhow::anyhow!("REDIS_URL is not a valid Redis URL: {error}"))?;
        let channel = format!("{prefix}alerts");
        let connection = client.get_connection_manager_lazy(
            ConnectionManagerConfig::new()
                .set_response_timeout(Some(Duration::from_secs(2)))
                .set_connection_timeout(Some(Duration::from_secs(2)))
                .set_number_of_retries(1),
        )?;
        let (outbox, waiting) = mpsc::channel(WAITING);
        let bell = watch::Sender::new(0);
        tokio::spawn(send(connection.clone(), channel.clone(), waiting));
        let probe = format!("{prefix}opscenter:probe");
        Ok(Self { client, channel, probe, outbox, bell, connection: Pinger(connection), listening: Once::new() })
    }

    /// Passes frames to the publishing task; if its channel is full, they are dropped and logged.
    pub fn publish(&self, frames: &[Frame]) {
        let texts = frames.iter().map(Frame::to_text).collect();
        if self.outbox.try_send(texts).is_err() {
            tracing::warn!("dropping live frames: the Redis publish queue is full");
        }
    }

    /// Wakes the tail of this node without Redis.
    pub fn wake(&self) {
        self.bell.send_modify(|n| *n += 1);
    }

    /// Subscribes to wake-ups; the first subscription starts the listening task.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.listening.call_once(|| {
            tokio::spawn(listen(self.client.clone(), self.channel.clone(), self.bell.clone()));
        });
        self.bell.subscribe()
    }

    /// Latency of a small write in milliseconds. Not a PING, which a Redis that is out of memory still answers.
    pub async fn ping(&self) -> Result<f64, String> {
        let started = Instant::now();
        let mut connection = self.connection.0.clone();
        let mut set = redis::cmd("SET");
        set.arg(&self.probe).arg(1).arg("PX").arg(PROBE_KEPT);
        match tokio::time::timeout(PATIENCE, set.query_async::<()>(&mut connection)).await {
            Ok(Ok(())) => Ok(started.elapsed().as_secs_f64() * 1000.0),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err(format!("no answer within {} ms", PATIENCE.as_millis())),
        }
    }
}

async fn send(mut connection: ConnectionManager, channel: String, mut waiting: mpsc::Receiver<Vec<String>>) {
    while let Some(texts) = waiting.recv().await {
        let mut pipe = redis::pipe();
        for text in &texts {
            pipe.publish(&channel, text).ignore();
        }
        match pipe.query_async::<()>(&mut connection).await {
            Ok(()) => tracing::info!(channel, frames = texts.len(), "published"),
            Err(error) => tracing::warn!(channel, "cannot publish: {error}"),
        }
    }
}

async fn listen(client: Client, channel: String, bell: watch::Sender<u64>) {
    loop {
        match on_message(&client, &channel, &bell).await {
            Ok(()) => tracing::warn!(channel, "subscription ended, resubscribing"),
            Err(error) => tracing::warn!(channel, "cannot subscribe: {error}"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn on_message(client: &Client, channel: &str, bell: &watch::Sender<u64>) -> RedisResult<()> {
    let mut pubsub = client.get_async_pubsub().await?;
    pubsub.subscribe(channel).await?;
    tracing::info!(channel, "subscribed");
    let mut messages = pubsub.into_on_message();
    while let Some(message) = messages.next().await {
        match serde_json::from_slice::<Frame>(message.get_payload_bytes()) {
            Ok(_) => bell.send_modify(|n| *n += 1),
            Err(_) => tracing::warn!(channel, "ignoring an unrecognized message"),
        }
    }
    Ok(())
}

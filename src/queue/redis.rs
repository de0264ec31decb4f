//! The queue in Redis: a stream `{prefix}opscenter:queue:webhooks`, whose entries have the field `id`, an event's id.
//!
//! Consumer group `workers`, with one consumer per worker task. Entries are acknowledged and deleted while their events
//! are processed; if a worker dies, the sweeper finds its events. XADD trims the stream to about [`STREAM_MAX`] entries, so
//! that Redis does not fill up without workers. A missing group (NOGROUP, after a flush) is created again on reconnect.

use std::sync::Mutex;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::streams::{StreamAutoClaimOptions, StreamAutoClaimReply, StreamReadOptions, StreamReadReply};
use redis::{AsyncCommands, Client, RedisError, RedisResult};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::{BATCH, Batch, CAPACITY};

const GROUP: &str = "workers";
const STREAM_MAX: usize = 100_000;

/// A hint that was delivered this long ago, in milliseconds, and not acknowledged belongs to a dead worker.
const ABANDONED: usize = 60_000;

/// Pause after an error of Redis, and after a timeout. The latter is longer, since every attempt blocks a worker until its
/// timeout.
const PAUSE: Duration = Duration::from_millis(500);
const QUIET: Duration = Duration::from_secs(5);

/// Timeout of a response, in addition to the time of a blocking read.
const PATIENCE: Duration = Duration::from_millis(500);

/// Producer: passes hints to a task that sends them to Redis.
#[derive(Debug)]
pub struct RedisQueue {
    client: Client,
    /// For XLEN.
    connection: ConnectionManager,
    stream: String,
    node: String,
    hints: Mutex<Option<mpsc::Sender<i64>>>,
    sender: Mutex<Option<JoinHandle<()>>>,
}

/// Consumer of one worker, with a connection of its own, since a blocking read occupies it.
pub struct RedisTaker {
    client: Client,
    connection: Option<ConnectionManager>,
    stream: String,
    consumer: String,
    /// Redis is not queried before this time, after a timeout.
    quiet: Option<Instant>,
}

impl RedisQueue {
    /// Starts the task that sends hints. Does not wait for a connection; fails if the URL is invalid.
    pub fn open(url: &str, prefix: &str, node: &str) -> anyhow::Result<Self> {
        let client = client(url)?;
        let (hints, waiting) = mpsc::channel(CAPACITY);
        let stream = format!("{prefix}opscenter:queue:webhooks");
        let sender = tokio::spawn(send(client.clone(), stream.clone(), waiting));
        Ok(Self {
            connection: manager(&client)?,
            client,
            stream,
            node: node.to_owned(),
            hints: Mutex::new(Some(hints)),
            sender: Mutex::new(Some(sender)),
        })
    }

    /// Passes hints to the sending task; those that do not fit in its channel are dropped.
    pub fn push(&self, ids: &[i64]) {
        let hints = self.hints.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(hints) = &*hints {
            let _full = ids.iter().try_for_each(|id| hints.try_send(*id));
        }
    }

    /// XLEN of the stream; 0 if Redis does not respond.
    pub async fn waiting(&self) -> usize {
        self.connection.clone().xlen(&self.stream).await.unwrap_or(0)
    }

    /// The consumer `{node}-{number}`; it connects on its first read.
    pub fn taker(&self, number: usize) -> RedisTaker {
        let consumer = format!("{}-{number}", self.node);
        RedisTaker { client: self.client.clone(), connection: None, stream: self.stream.clone(), consumer, quiet: None }
    }

    /// Waits up to a second for the sending task to send what is queued.
    pub async fn close(&self) {
        drop(self.hints.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take());
        let sender = self.sender.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(sender) = sender {
            let _sent_or_left = tokio::time::timeout(Duration::from_secs(1), sender).await;
        }
    }
}

impl RedisTaker {
    /// Takes a batch, waiting up to `wait` for one. After an error it pauses briefly; after a timeout Redis is not queried
    /// for a while. In both cases it returns `None`, and the worker polls the database.
    pub async fn take(&mut self, wait: Duration) -> Option<Batch> {
        if self.quiet.is_some_and(|until| Instant::now() < until) {
            tokio::time::sleep(wait.min(PAUSE)).await;
            return None;
        }
        match tokio::time::timeout(wait + PATIENCE, self.read(wait)).await {
            Ok(Ok(batch)) => batch,
            Ok(Err(error)) => {
                self.recover(&error).await;
                None
            }
            Err(_) => {
                self.leave_alone();
                None
            }
        }
    }

    fn leave_alone(&mut self) {
        tracing::warn!("no response from the Redis queue, polling the database instead");
        self.connection = None;
        self.quiet = Some(Instant::now() + QUIET);
    }

    /// XACK and XDEL in one round trip. On failure the entries stay pending until they are abandoned.
    pub async fn done(&mut self, batch: &Batch) {
        let key = &self.stream;
        let Some(connection) = &mut self.connection else { return };
        let mut pipe = redis::pipe();
        pipe.xack(key, GROUP, &batch.receipts).ignore().xdel(key, &batch.receipts).ignore();
        match tokio::time::timeout(PATIENCE, pipe.query_async::<()>(connection)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!("cannot acknowledge hints in Redis: {error}"),
            Err(_) => self.leave_alone(),
        }
    }

    async fn read(&mut self, wait: Duration) -> RedisResult<Option<Batch>> {
        let options = StreamReadOptions::default().group(GROUP, &self.consumer).count(BATCH);
        let options = options.block(wait.as_millis() as usize);
        let stream = self.stream.clone();
        let connection = self.connect().await?;
        let reply: Option<StreamReadReply> = connection.xread_options(&[stream], &[">"], &options).await?;
        Ok(reply.and_then(batch))
    }

    async fn connect(&mut self) -> RedisResult<&mut ConnectionManager> {
        if self.connection.is_none() {
            let mut connection = manager(&self.client)?;
            make_group(&mut connection, &self.stream).await?;
            drop_abandoned(&mut connection, &self.stream, &self.consumer).await?;
            self.connection = Some(connection);
        }
        self.connection.as_mut().ok_or_else(|| RedisError::from((redis::ErrorKind::Client, "not connected")))
    }

    async fn recover(&mut self, error: &RedisError) {
        if error.code() == Some("NOGROUP") {
            tracing::warn!("Redis consumer group is missing, recreating it");
        } else {
            tracing::warn!("Redis queue unavailable, polling the database instead: {error}");
        }
        self.connection = None;
        tokio::time::sleep(PAUSE).await;
    }
}

fn client(url: &str) -> anyhow::Result<Client> {
    Client::open(url).map_err(|error| anyhow::anyhow!("REDIS_URL is not a valid Redis URL: {error}"))
}

/// A connection that reconnects on its own. Its response timeout exceeds the longest blocking read.
fn manager(client: &Client) -> RedisResult<ConnectionManager> {
    let config = ConnectionManagerConfig::new()
        .set_response_timeout(Some(Duration::from_secs(5)))
        .set_connection_timeout(Some(Duration::from_secs(2)))
        .set_number_of_retries(1);
    client.get_connection_manager_lazy(config)
}

async fn make_group(connection: &mut ConnectionManager, stream: &str) -> RedisResult<()> {
    match connection.xgroup_create_mkstream::<_, _, _, ()>(stream, GROUP, "0").await {
        Err(error) if error.code() != Some("BUSYGROUP") => Err(error),
        _ => Ok(()),
    }
}

fn batch(reply: StreamReadReply) -> Option<Batch> {
    let entries = reply.keys.into_iter().flat_map(|stream| stream.ids);
    let (ids, receipts): (Vec<i64>, Vec<String>) =
        entries.map(|entry| (entry.get::<i64>("id").unwrap_or_default(), entry.id.clone())).unzip();
    (!ids.is_empty()).then_some(Batch { ids, receipts })
}

/// Drops hints that a dead worker never acknowledged: the sweeper finds their events.
async fn drop_abandoned(connection: &mut ConnectionManager, stream: &str, consumer: &str) -> RedisResult<()> {
    let options = StreamAutoClaimOptions::default().count(10_000).with_justid();
    let claimed: StreamAutoClaimReply =
        connection.xautoclaim_options(stream, GROUP, consumer, ABANDONED, "0-0", options).await?;
    let ids: Vec<String> = claimed.claimed.into_iter().map(|entry| entry.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let mut pipe = redis::pipe();
    pipe.xack(stream, GROUP, &ids).ignore().xdel(stream, &ids).ignore();
    pipe.query_async(connection).await
}

/// Sends hints, up to 1024 queued ones per pipeline. Those of a failed pipeline are lost; workers poll the database.
async fn send(client: Client, stream: String, mut waiting: mpsc::Receiver<i64>) {
    let mut hints = Vec::new();
    let Ok(mut connection) = manager(&client) else { return };
    while waiting.recv_many(&mut hints, 1024).await > 0 {
        let mut pipe = redis::pipe();
        for id in hints.drain(..) {
            let trim = redis::streams::StreamMaxlen::Approx(STREAM_MAX);
            pipe.xadd_maxlen(&stream, trim, "*", &[("id", id)]).ignore();
        }
        if let Err(error) = pipe.query_async::<()>(&mut connection).await {
            tracing::warn!("cannot publish hints to Redis, workers will poll the database: {error}");
            tokio::time::sleep(PAUSE).await;
        }
    }
}

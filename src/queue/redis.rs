//! The queue in Redis: one stream per lane, `{prefix}opscenter:queue:{lane}`, whose entries hold `id` = a row's id.
//!
//! Group `workers`, one consumer per worker task. Entries are acknowledged and deleted as soon as the rows are
//! claimed; what dies in between, the sweeper finds. XADD trims at about [`STREAM_MAX`] entries, so a Redis without
//! workers does not fill up. A lost group (NOGROUP, after a flush) is made again.

use std::sync::Mutex;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::streams::{StreamAutoClaimOptions, StreamAutoClaimReply, StreamReadOptions, StreamReadReply};
use redis::{AsyncCommands, Client, RedisError, RedisResult};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::{BATCH, Batch, CAPACITY, Lane};

const GROUP: &str = "workers";
const STREAM_MAX: usize = 100_000;

/// A hint that was taken this long ago, in milliseconds, belongs to a worker that is gone.
const ABANDONED: usize = 60_000;

/// How long to leave Redis alone after it failed, and after it answered nothing: each try then costs a worker its patience.
const PAUSE: Duration = Duration::from_millis(500);
const QUIET: Duration = Duration::from_secs(5);

/// How long an answer may take beyond the wait that was asked for.
const PATIENCE: Duration = Duration::from_millis(500);

/// Hints on their way to Redis.
#[derive(Debug)]
pub struct RedisQueue {
    client: Client,
    /// For questions.
    connection: ConnectionManager,
    prefix: String,
    node: String,
    hints: Mutex<Option<mpsc::Sender<Hint>>>,
    sender: Mutex<Option<JoinHandle<()>>>,
}

type Hint = (Lane, i64);

/// One worker's connection; a blocking read needs its own.
pub struct RedisTaker {
    client: Client,
    connection: Option<ConnectionManager>,
    prefix: String,
    consumer: String,
    /// The second lane of a read that returned both.
    stash: Option<Batch>,
    /// Until when Redis is not asked.
    quiet: Option<Instant>,
}

impl RedisQueue {
    /// Starts the task that sends hints; Redis need not answer yet.
    pub fn open(url: &str, prefix: &str, node: &str) -> anyhow::Result<Self> {
        let client = client(url)?;
        let (hints, waiting) = mpsc::channel(CAPACITY);
        let sender = tokio::spawn(send(client.clone(), prefix.to_owned(), waiting));
        Ok(Self {
            connection: manager(&client)?,
            client,
            prefix: prefix.to_owned(),
            node: node.to_owned(),
            hints: Mutex::new(Some(hints)),
            sender: Mutex::new(Some(sender)),
        })
    }

    /// Hands hints to the sending task as far as it has room.
    pub fn push(&self, lane: Lane, ids: &[i64]) {
        let hints = self.hints.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(hints) = &*hints {
            let _full = ids.iter().try_for_each(|id| hints.try_send((lane, *id)));
        }
    }

    /// XLEN of a lane; 0 if Redis does not answer.
    pub async fn waiting(&self, lane: Lane) -> usize {
        self.connection.clone().xlen(key(&self.prefix, lane)).await.unwrap_or(0)
    }

    /// A worker's end; it connects at its first take.
    pub fn taker(&self, number: usize) -> RedisTaker {
        let consumer = format!("{}-{number}", self.node);
        RedisTaker {
            client: self.client.clone(),
            connection: None,
            prefix: self.prefix.clone(),
            consumer,
            stash: None,
            quiet: None,
        }
    }

    /// Lets the sending task finish, for a second at most.
    pub async fn close(&self) {
        drop(self.hints.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take());
        let sender = self.sender.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(sender) = sender {
            let _sent_or_left = tokio::time::timeout(Duration::from_secs(1), sender).await;
        }
    }
}

impl RedisTaker {
    /// Reads webhooks first, then waits on both lanes. A Redis that fails costs a pause; one that answers nothing is not
    /// asked for a while, in which the worker asks the database.
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
        tracing::warn!("the Redis queue answers nothing, asking the database instead");
        self.connection = None;
        self.quiet = Some(Instant::now() + QUIET);
    }

    /// XACK and XDEL in one round trip.
    pub async fn done(&mut self, batch: &Batch) {
        let key = key(&self.prefix, batch.lane);
        let Some(connection) = &mut self.connection else { return };
        let mut pipe = redis::pipe();
        pipe.xack(&key, GROUP, &batch.receipts).ignore().xdel(&key, &batch.receipts).ignore();
        match tokio::time::timeout(PATIENCE, pipe.query_async::<()>(connection)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!("cannot acknowledge hints in Redis: {error}"),
            Err(_) => self.leave_alone(),
        }
    }

    async fn read(&mut self, wait: Duration) -> RedisResult<Option<Batch>> {
        if let Some(batch) = self.stash.take() {
            return Ok(Some(batch));
        }
        for lane in Lane::ALL {
            if let Some(batch) = self.read_lanes(&[lane], None).await? {
                return Ok(Some(batch));
            }
        }
        self.read_lanes(&Lane::ALL, Some(wait)).await
    }

    /// A blocking read of both lanes may return both: then the second is kept for the next turn.
    async fn read_lanes(&mut self, lanes: &[Lane], wait: Option<Duration>) -> RedisResult<Option<Batch>> {
        let mut options = StreamReadOptions::default().group(GROUP, &self.consumer).count(BATCH);
        if let Some(wait) = wait {
            options = options.block(wait.as_millis() as usize);
        }
        let keys: Vec<String> = lanes.iter().map(|lane| key(&self.prefix, *lane)).collect();
        let connection = self.connect().await?;
        let reply: Option<StreamReadReply> = connection.xread_options(&keys, &vec![">"; keys.len()], &options).await?;
        let mut batches = reply.map(|reply| batches(reply, lanes, &keys)).unwrap_or_default().into_iter();
        let first = batches.next();
        self.stash = batches.next();
        Ok(first)
    }

    async fn connect(&mut self) -> RedisResult<&mut ConnectionManager> {
        if self.connection.is_none() {
            let mut connection = manager(&self.client)?;
            make_groups(&mut connection, &self.prefix).await?;
            drop_abandoned(&mut connection, &self.prefix, &self.consumer).await?;
            self.connection = Some(connection);
        }
        self.connection.as_mut().ok_or_else(|| RedisError::from((redis::ErrorKind::Client, "not connected")))
    }

    async fn recover(&mut self, error: &RedisError) {
        if error.code() == Some("NOGROUP") {
            tracing::warn!("the group of the Redis queue is gone, making it again");
        } else {
            tracing::warn!("the Redis queue does not answer, asking the database instead: {error}");
        }
        self.connection = None;
        tokio::time::sleep(PAUSE).await;
    }
}

/// Where a lane lies.
fn key(prefix: &str, lane: Lane) -> String {
    format!("{prefix}opscenter:queue:{}", lane.as_str())
}

fn client(url: &str) -> anyhow::Result<Client> {
    Client::open(url).map_err(|error| anyhow::anyhow!("REDIS_URL is not an address of Redis: {error}"))
}

/// A connection that mends itself; longer than the longest blocking read.
fn manager(client: &Client) -> RedisResult<ConnectionManager> {
    let config = ConnectionManagerConfig::new()
        .set_response_timeout(Some(Duration::from_secs(5)))
        .set_connection_timeout(Some(Duration::from_secs(2)))
        .set_number_of_retries(1);
    client.get_connection_manager_lazy(config)
}

async fn make_groups(connection: &mut ConnectionManager, prefix: &str) -> RedisResult<()> {
    for lane in Lane::ALL {
        match connection.xgroup_create_mkstream::<_, _, _, ()>(key(prefix, lane), GROUP, "0").await {
            Err(error) if error.code() != Some("BUSYGROUP") => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// What a read returned, in the order of the lanes.
fn batches(reply: StreamReadReply, lanes: &[Lane], keys: &[String]) -> Vec<Batch> {
    let of_lane = |(lane, key): (&Lane, &String)| {
        let stream = reply.keys.iter().find(|stream| stream.key == *key && !stream.ids.is_empty())?;
        let parts = stream.ids.iter().map(|entry| (entry.get::<i64>("id").unwrap_or_default(), entry.id.clone()));
        let (ids, receipts) = parts.unzip();
        Some(Batch { lane: *lane, ids, receipts })
    };
    lanes.iter().zip(keys).filter_map(of_lane).collect()
}

/// Drops hints that a dead worker took and never acknowledged: the sweeper finds their rows.
async fn drop_abandoned(connection: &mut ConnectionManager, prefix: &str, consumer: &str) -> RedisResult<()> {
    for lane in Lane::ALL {
        let key = key(prefix, lane);
        let options = StreamAutoClaimOptions::default().count(10_000).with_justid();
        let claimed: StreamAutoClaimReply =
            connection.xautoclaim_options(&key, GROUP, consumer, ABANDONED, "0-0", options).await?;
        let ids: Vec<String> = claimed.claimed.into_iter().map(|entry| entry.id).collect();
        if !ids.is_empty() {
            let mut pipe = redis::pipe();
            pipe.xack(&key, GROUP, &ids).ignore().xdel(&key, &ids).ignore();
            pipe.query_async::<()>(connection).await?;
        }
    }
    Ok(())
}

/// Sends hints as they come, as many as wait in one pipeline.
async fn send(client: Client, prefix: String, mut waiting: mpsc::Receiver<Hint>) {
    let mut hints = Vec::new();
    let Ok(mut connection) = manager(&client) else { return };
    while waiting.recv_many(&mut hints, 1024).await > 0 {
        let mut pipe = redis::pipe();
        for (lane, id) in hints.drain(..) {
            let trim = redis::streams::StreamMaxlen::Approx(STREAM_MAX);
            pipe.xadd_maxlen(key(&prefix, lane), trim, "*", &[("id", id)]).ignore();
        }
        if let Err(error) = pipe.query_async::<()>(&mut connection).await {
            tracing::warn!("cannot hint through Redis, workers will find the rows themselves: {error}");
            tokio::time::sleep(PAUSE).await;
        }
    }
}

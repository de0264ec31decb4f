//! Group commit: a task stores all deliveries that wait in one transaction, and answers each after it is durable.

mod store;

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;

pub use store::store;
use store::store_or_split;

use crate::db::{Db, NewEvent, Recorded};
use crate::queue::{Lane, Queue};

/// Most rows and bytes of one transaction.
const MAX_ROWS: usize = 128;
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// Deliveries that may wait; the next one is told that the server is busy.
const WAITING: usize = 4096;

/// Why a delivery was not stored.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Too many wait, or the database does not answer: try again.
    #[error("cannot store now: {0}")]
    Unavailable(String),
    /// The database refuses this row.
    #[error("the database refuses the event: {0}")]
    Refused(String),
}

type Answer = Result<Recorded, RecordError>;

struct Job {
    event: NewEvent,
    answer: oneshot::Sender<Answer>,
}

/// Hands deliveries to the writing task.
#[derive(Clone, Debug)]
pub struct Recorder {
    jobs: mpsc::Sender<Job>,
}

impl Recorder {
    /// Starts the writing tasks; they end when every clone is dropped and all is written.
    pub fn start(db: &Db, queue: &Queue) -> (Self, Vec<JoinHandle<()>>) {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        let writing =
            (0..db.ingest_writers()).map(|_| tokio::spawn(write_all(db.clone(), queue.clone(), waiting.clone())));
        (Self { jobs }, writing.collect())
    }

    /// Stores a delivery durably, or names the event that has its delivery id already.
    pub async fn record(&self, event: NewEvent) -> Answer {
        let (answer, answered) = oneshot::channel();
        let busy = |_| RecordError::Unavailable("too many deliveries wait".to_owned());
        self.jobs.try_send(Job { event, answer }).map_err(busy)?;
        answered.await.unwrap_or_else(|_| Err(RecordError::Unavailable("the server stops".to_owned())))
    }
}

async fn write_all(db: Db, queue: Queue, waiting: Arc<Mutex<mpsc::Receiver<Job>>>) {
    let mut jobs = Vec::with_capacity(MAX_ROWS);
    while waiting.lock().await.recv_many(&mut jobs, MAX_ROWS).await > 0 {
        while !jobs.is_empty() {
            let batch = next_batch(&mut jobs);
            write_batch(&db, &queue, batch).await;
        }
    }
}

/// The first jobs that fit one transaction, at least one.
fn next_batch(jobs: &mut Vec<Job>) -> Vec<Job> {
    let mut bytes = 0;
    let fits = |job: &&Job| {
        bytes += job.event.payload.len();
        bytes <= MAX_BYTES
    };
    let count = jobs.iter().take_while(fits).count().max(1);
    jobs.drain(..count).collect()
}

async fn write_batch(db: &Db, queue: &Queue, jobs: Vec<Job>) {
    let (mut events, mut answers) = (Vec::with_capacity(jobs.len()), HashMap::with_capacity(jobs.len()));
    for job in jobs {
        answers.insert(job.event.request_id.clone(), job.answer);
        events.push(job.event);
    }
    // In one order on every node, else two of them wait for each other; those with a replay check at the end.
    events.sort_by(|a, b| order(a).cmp(&order(b)));
    let recorded = store_or_split(db, &events).await;
    hint(queue, &recorded);
    for (request_id, answer) in recorded {
        if let Some(waiter) = answers.remove(&request_id) {
            // Whoever hung up gets the same answer when they send it again.
            let _hung_up = waiter.send(answer);
        }
    }
}

fn order(event: &NewEvent) -> (bool, i64, &str) {
    (event.replay.is_some(), event.webhook_source_id, &event.delivery_id)
}

fn hint(queue: &Queue, recorded: &HashMap<String, Answer>) {
    let new = |answer: &Answer| answer.as_ref().ok().filter(|r| !r.is_duplicate).map(|r| r.event_id);
    let mut ids: Vec<i64> = recorded.values().filter_map(new).collect();
    ids.sort_unstable();
    queue.push(Lane::Webhooks, &ids);
}

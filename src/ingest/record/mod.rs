//! Group commit: a task stores all waiting deliveries in one transaction and answers each of them once it is durable.

mod store;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, mpsc, oneshot};

use store::store_or_bisect;
pub use store::{store, store_in};

use crate::db::{Db, NewEvent, Recorded, WorkItem};
use crate::handover::Handover;
use crate::queue::Queue;

/// Most rows and bytes per transaction.
const MAX_ROWS: usize = 128;
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// Capacity of the queue; further deliveries are answered with "unavailable".
const WAITING: usize = 4096;

/// Why a delivery was not stored.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The queue is full or the database is unavailable: retry later.
    #[error("cannot store now: {0}")]
    Unavailable(String),
    /// The database rejected this row.
    #[error("the database rejected the event: {0}")]
    Refused(String),
}

type Answer = Result<Recorded, RecordError>;

struct Job {
    event: NewEvent,
    answer: oneshot::Sender<Answer>,
}

/// How long a delivery waits for its commit: providers time out quickly (Slack after three seconds).
const DEADLINE: Duration = Duration::from_secs(3);

/// Hands deliveries to the writer tasks.
#[derive(Clone, Debug)]
pub struct EventWriter {
    db: Db,
    jobs: mpsc::Sender<Job>,
}

impl EventWriter {
    /// Returns the handle and the writer tasks to spawn; they end when every clone is dropped and the queue is drained.
    pub fn new(db: &Db, queue: &Queue, handover: &Handover) -> (Self, Vec<impl Future<Output = ()> + Send + 'static>) {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        let done = Stored { queue: queue.clone(), handover: handover.clone() };
        let writing = (0..db.ingest_writers()).map(|_| write_all(db.clone(), done.clone(), waiting.clone()));
        (Self { db: db.clone(), jobs }, writing.collect())
    }

    /// Stores a delivery durably, or returns the existing event with the same delivery id. After a timeout the outcome
    /// is unknown: the provider sends it again, and the delivery id makes that idempotent.
    pub async fn record(&self, event: NewEvent) -> Answer {
        let availability = self.db.availability();
        let deadline = availability.enter(DEADLINE).map_err(RecordError::Unavailable)?;
        let (answer, answered) = oneshot::channel();
        let busy = |error| RecordError::Unavailable(busy(&error).to_owned());
        self.jobs.try_send(Job { event, answer }).map_err(busy)?;
        let Ok(answered) = tokio::time::timeout(deadline, answered).await else {
            let why = "the database is not responding".to_owned();
            availability.failed(why.clone());
            return Err(RecordError::Unavailable(why));
        };
        answered.unwrap_or_else(|_| Err(RecordError::Unavailable("the server is shutting down".to_owned())))
    }
}

const fn busy(error: &mpsc::error::TrySendError<Job>) -> &'static str {
    match error {
        mpsc::error::TrySendError::Full(_) => "too many deliveries are waiting",
        mpsc::error::TrySendError::Closed(_) => "the writing task has ended",
    }
}

/// Where committed events go.
#[derive(Clone)]
struct Stored {
    queue: Queue,
    handover: Handover,
}

async fn write_all(db: Db, stored: Stored, waiting: Arc<Mutex<mpsc::Receiver<Job>>>) {
    let mut jobs = Vec::with_capacity(MAX_ROWS);
    while waiting.lock().await.recv_many(&mut jobs, MAX_ROWS).await > 0 {
        if db.availability().failing(Duration::ZERO).is_some() {
            // Their callers have timed out; without this each batch of abandoned jobs would cost a whole deadline.
            jobs.retain(|job: &Job| !job.answer.is_closed());
        }
        while !jobs.is_empty() {
            let batch = next_batch(&mut jobs);
            write_batch(&db, &stored, batch).await;
        }
    }
}

/// The longest prefix that fits one transaction, at least one job.
fn next_batch(jobs: &mut Vec<Job>) -> Vec<Job> {
    let mut bytes = 0;
    let fits = |job: &&Job| {
        bytes += job.event.payload.len();
        bytes <= MAX_BYTES
    };
    let count = jobs.iter().take_while(fits).count().max(1);
    jobs.drain(..count).collect()
}

async fn write_batch(db: &Db, stored: &Stored, jobs: Vec<Job>) {
    let (mut events, mut answers) = (Vec::with_capacity(jobs.len()), HashMap::with_capacity(jobs.len()));
    for job in jobs {
        answers.insert(job.event.request_id.clone(), job.answer);
        events.push(job.event);
    }
    // The same order on every node prevents deadlocks; rows deduplicated by body come last, as `store_in` requires.
    events.sort_by(|a, b| order(a).cmp(&order(b)));
    let recorded = store_or_bisect(db, &events).await;
    stored.pass_on(events, &recorded);
    for (request_id, answer) in recorded {
        if let Some(waiter) = answers.remove(&request_id) {
            // A caller that disconnected gets the same answer when the provider sends the webhook again.
            let _hung_up = waiter.send(answer);
        }
    }
}

fn order(event: &NewEvent) -> (bool, i64, &str) {
    (event.dedup_by_body.is_some(), event.webhook_source_id, &event.delivery_id)
}

impl Stored {
    /// Hands new events to the workers, and hints at them.
    fn pass_on(&self, events: Vec<NewEvent>, recorded: &HashMap<String, Answer>) {
        let new = |event: NewEvent| match recorded.get(&event.request_id) {
            Some(Ok(Recorded { event_id, is_duplicate: false })) => Some(WorkItem::first(*event_id, event)),
            _ => None,
        };
        let new: Vec<WorkItem> = events.into_iter().filter_map(new).collect();
        let mut ids: Vec<i64> = new.iter().map(|event| event.id).collect();
        ids.sort_unstable();
        self.handover.put(new.into_iter());
        self.queue.push(&ids);
    }
}

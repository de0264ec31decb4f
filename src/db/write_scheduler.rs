//! Orders write transactions: ingest goes first, without starving the others. On SQLite only one runs at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::Instant;

use super::Writer;

/// A worker yields to continuous ingest for this many times the duration of its last transaction, but at least for that long. With
/// one writer it gets a fifth of the time: enough for about a thousand events per second, so that processing keeps up with all
/// but the heaviest load. Where writers do not exclude each other it gets a third.
const TO_ONE_WRITER: (u32, Duration) = (4, Duration::from_millis(15));
const TO_MANY_WRITERS: (u32, Duration) = (2, Duration::from_millis(5));

/// Most time that a worker yields before it queues for the lock; housekeeping always yields for that long.
const MOST: Duration = Duration::from_millis(250);

/// How long the sweeper yields: at 10 ms per transaction this allows about 16 per second under continuous ingest.
const SHORT: Duration = Duration::from_millis(50);

/// If the last two ingest transactions ended within `FREQUENT` of each other, the next one is likely to begin within `BUSY`.
/// In microseconds.
const FREQUENT: u64 = 12_000;
const BUSY: u64 = 2_500;

/// Lets others write when ingest is idle, or after they have yielded for their maximum. For a database with a single
/// writer, a fair lock follows.
#[derive(Clone, Debug)]
pub struct WriteScheduler {
    /// Multiple and minimum of the time that a worker yields.
    yields: (u32, Duration),
    lock: Option<Arc<Mutex<()>>>,
    ingest: Arc<LastWrite>,
    /// Duration of the last transaction of a worker, in microseconds.
    work: Arc<AtomicU64>,
    longest: Arc<Longest>,
}

/// Duration of the longest transaction per writer, in microseconds.
#[derive(Debug, Default)]
struct Longest([AtomicU64; Writer::ALL.len()]);

/// Permission to write, until dropped.
pub struct WritePermit {
    _guard: Option<OwnedMutexGuard<()>>,
    ingest: Option<Arc<LastWrite>>,
    /// Set once the permit is granted: the start, the writer, and where to record the duration.
    began: Option<(Instant, Writer, WriteScheduler)>,
}

/// When the last two ingest transactions ended, in microseconds since `epoch`; 0 is never.
#[derive(Debug)]
struct LastWrite {
    epoch: Instant,
    at: AtomicU64,
    before: AtomicU64,
    /// Ingest permits that are held or waited for.
    turns: AtomicU64,
}

impl WriteScheduler {
    /// For a database with one write transaction at a time (SQLite).
    pub fn of_one_writer() -> Self {
        Self::new(TO_ONE_WRITER, Some(Arc::default()))
    }

    /// For a database with concurrent write transactions (PostgreSQL).
    pub fn of_many_writers() -> Self {
        Self::new(TO_MANY_WRITERS, None)
    }

    fn new(yields: (u32, Duration), lock: Option<Arc<Mutex<()>>>) -> Self {
        let ingest = Arc::new(LastWrite::never());
        Self { yields, lock, ingest, work: Arc::default(), longest: Arc::default() }
    }

    /// Waits for permission to write. Cancel-safe.
    pub async fn enter(&self, writer: Writer) -> WritePermit {
        match writer {
            Writer::Ingest | Writer::Person => {}
            Writer::Worker => self.yield_to_ingest(self.backoff()).await,
            Writer::Housekeeping => self.yield_to_ingest(MOST).await,
            Writer::Sweeper => self.yield_to_ingest(SHORT).await,
        }
        let ingest = matches!(writer, Writer::Ingest).then(|| self.ingest.clone());
        // Created before the wait, so that its `drop` decrements the count if the caller is cancelled while waiting.
        let mut turn = WritePermit { _guard: None, ingest, began: None };
        if let Some(ingest) = &turn.ingest {
            ingest.turns.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(lock) = &self.lock {
            turn._guard = Some(lock.clone().lock_owned().await);
        }
        turn.began = Some((Instant::now(), writer, self.clone()));
        turn
    }

    /// Duration of the longest transaction per writer since the start of the process.
    pub fn longest(&self) -> impl Iterator<Item = (Writer, Duration)> {
        let taken = |writer: Writer| self.longest.0[writer as usize].load(Ordering::Relaxed);
        Writer::ALL.into_iter().map(move |writer| (writer, Duration::from_micros(taken(writer))))
    }

    fn note(&self, writer: Writer, took: Duration) {
        let took = took.as_micros() as u64;
        self.longest.0[writer as usize].fetch_max(took, Ordering::Relaxed);
        if writer == Writer::Worker {
            self.work.store(took, Ordering::Relaxed);
        }
    }

    fn backoff(&self) -> Duration {
        let (times, least) = self.yields;
        (Duration::from_micros(self.work.load(Ordering::Relaxed)) * times).clamp(least, MOST)
    }

    async fn yield_to_ingest(&self, backoff: Duration) {
        let until = Instant::now() + backoff;
        while self.ingest.is_busy() && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

impl Drop for WritePermit {
    fn drop(&mut self) {
        if let Some(ingest) = &self.ingest {
            let before = ingest.at.swap(ingest.now(), Ordering::Relaxed);
            ingest.before.store(before, Ordering::Relaxed);
            ingest.turns.fetch_sub(1, Ordering::Relaxed);
        }
        if let Some((since, writer, scheduler)) = &self.began {
            scheduler.note(*writer, since.elapsed());
        }
    }
}

impl LastWrite {
    fn never() -> Self {
        Self { epoch: Instant::now(), at: AtomicU64::new(0), before: AtomicU64::new(0), turns: AtomicU64::new(0) }
    }

    fn now(&self) -> u64 {
        self.epoch.elapsed().as_micros() as u64
    }

    /// Whether ingest writes, waits to write, or is likely to write soon. An occasional delivery does not delay the others.
    fn is_busy(&self) -> bool {
        let (at, before) = (self.at.load(Ordering::Relaxed), self.before.load(Ordering::Relaxed));
        let is_frequent = at.saturating_sub(before) < FREQUENT && self.now().saturating_sub(at) < BUSY;
        self.turns.load(Ordering::Relaxed) > 0 || (before > 0 && is_frequent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORK: Duration = Duration::from_millis(5);

    async fn ingest_without_rest(scheduler: WriteScheduler) {
        loop {
            let turn = scheduler.enter(Writer::Ingest).await;
            tokio::time::sleep(Duration::from_millis(1)).await;
            drop(turn);
            tokio::task::yield_now().await;
        }
    }

    async fn turns_of_work(scheduler: &WriteScheduler, span: Duration) -> u32 {
        let (started, mut turns) = (Instant::now(), 0);
        while started.elapsed() < span {
            let _turn = scheduler.enter(Writer::Worker).await;
            tokio::time::sleep(WORK).await;
            turns += 1;
        }
        turns
    }

    #[tokio::test(start_paused = true)]
    async fn work_gets_its_share_beside_an_ingest_that_never_rests() {
        let shares = [(WriteScheduler::of_one_writer(), 0.15..0.22), (WriteScheduler::of_many_writers(), 0.28..0.4)];
        for (scheduler, expected) in shares {
            let ingest = tokio::spawn(ingest_without_rest(scheduler.clone()));
            let turns = turns_of_work(&scheduler, Duration::from_secs(10)).await;
            ingest.abort();
            let share = f64::from(turns) * WORK.as_secs_f64() / 10.0;
            assert!(expected.contains(&share), "{share}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_longest_turn_of_each_is_known() {
        let scheduler = WriteScheduler::of_one_writer();
        for (writer, ms) in [(Writer::Sweeper, 7), (Writer::Person, 3), (Writer::Sweeper, 2)] {
            let _turn = scheduler.enter(writer).await;
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
        let longest: Vec<u128> = scheduler.longest().map(|(_, took)| took.as_millis()).collect();
        assert_eq!(longest, [0, 3, 0, 0, 7]);
    }

    #[tokio::test(start_paused = true)]
    async fn work_waits_for_nobody_while_ingest_rests() {
        let scheduler = WriteScheduler::of_one_writer();
        drop(scheduler.enter(Writer::Ingest).await);
        assert_eq!(turns_of_work(&scheduler, WORK * 100).await, 100);
    }
}

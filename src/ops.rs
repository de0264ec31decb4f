//! Everything a part of the way needs: config, crypto, clock, packs and the three ports.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Instant;

use anyhow::{Context, bail};
use app::types::Numbers;
use tokio::sync::Notify;

use crate::bus::Bus;
use crate::channels::Channels;
use crate::clock::Clock;
use crate::config::Config;
use crate::crypto::{Crypto, Passwords, random_id};
use crate::db::{Db, Writer};
use crate::fresh::Fresh;
use crate::limiter::Limiter;
use crate::metrics::Metrics;
use crate::outgoing::{Certificates, Outgoing};
use crate::payload::PayloadReads;
use crate::provider::Catalog;
use crate::queue::Queue;
use crate::sources::Sources;
use crate::throttle::Throttle;

/// Beside a SQLite database: the key that its secrets are encrypted with.
pub const KEY_FILE: &str = "opscenter.key";

/// How far two clocks may be apart, in milliseconds.
const TOLERATED: i64 = 1_000;

/// The parts of one server; shared as `Arc<Ops>`.
#[derive(Debug)]
pub struct Ops {
    /// Random per start; names this node to the others.
    pub node: String,
    pub started_at: i64,
    pub config: Config,
    pub crypto: Crypto,
    pub clock: Clock,
    /// How far the clock of this node is behind the database's, in milliseconds; 0 where they are close.
    pub behind: AtomicI64,
    pub catalog: Catalog,
    pub db: Db,
    pub queue: Queue,
    pub bus: Bus,
    pub sources: Sources,
    pub outgoing: Outgoing,
    pub certificates: Certificates,
    pub channels: Channels,
    pub limiter: Limiter,
    pub passwords: Passwords,
    /// Of whoever guesses passwords.
    pub throttle: Throttle,
    pub metrics: Metrics,
    /// Whether the last batch that a worker of this node took was a full one, so that more wait behind it.
    pub is_behind: AtomicBool,
    /// Figures of the Overview, as they were a moment ago.
    pub numbers: Fresh<Numbers>,
    /// Bodies on their way to readers.
    pub payload_reads: PayloadReads,
    /// Wakes the indexer of this node.
    pub to_index: Notify,
    /// Wakes the pruner: something may be old by now.
    pub to_prune: Notify,
    /// Wakes the senders of this node.
    pub to_notify: Notify,
}

impl Ops {
    /// Has the senders of this node look at once, if there is anything new to send; those of other nodes look every second.
    pub fn wake_sender(&self, due: &[i64]) {
        if !due.is_empty() {
            self.to_notify.notify_one();
        }
    }

    /// Opens the database, brings it up to date, checks the key and opens queue and bus.
    pub async fn open(config: Config, clock: Clock) -> anyhow::Result<Self> {
        let db = Db::open(&config.database_url).await?;
        db.migrate().await?;
        let crypto = Crypto::from_base64(&app_key(&config)?)?;
        check_key(&db, &crypto, clock.now()).await?;
        let (catalog, complaints) = Catalog::load(config.providers_dir());
        for complaint in complaints {
            tracing::error!("a provider pack is left out: {complaint}");
        }
        let node = random_id();
        let channels = Channels::new(db.clone(), crypto.clone(), &config);
        channels.list().await?;
        let mut ops = Self {
            limiter: Limiter::open(config.redis_url(), &config.redis_prefix)?,
            channels,
            started_at: clock.now(),
            queue: Queue::open(config.redis_url(), &config.redis_prefix, &node)?,
            bus: Bus::open(config.redis_url(), &config.redis_prefix)?,
            sources: Sources::new(db.clone(), crypto.clone(), catalog.clone()),
            outgoing: Outgoing::new(config.outgoing_allow.clone())?,
            certificates: Certificates::default(),
            passwords: Passwords::default(),
            throttle: Throttle::default(),
            metrics: Metrics::default(),
            is_behind: AtomicBool::new(false),
            numbers: Fresh::default(),
            payload_reads: PayloadReads::default(),
            to_index: Notify::new(),
            to_prune: Notify::new(),
            to_notify: Notify::new(),
            node,
            config,
            crypto,
            clock,
            behind: AtomicI64::new(0),
            catalog,
            db,
        };
        ops.set_clock().await?;
        ops.started_at = ops.now();
        Ok(ops)
    }

    /// The present.
    pub fn now(&self) -> i64 {
        self.clock.now() + self.behind.load(Ordering::Relaxed)
    }

    /// Goes by the database's clock where this node's is more than a second off: nodes must agree on what is due.
    pub async fn set_clock(&self) -> crate::db::Result<()> {
        let asked = Instant::now();
        let Some(there) = self.db.clock().await? else { return Ok(()) };
        let off = there + asked.elapsed().as_millis() as i64 / 2 - self.now();
        if matches!(self.clock, Clock::System) && off.abs() > TOLERATED {
            tracing::warn!(ms = off, "this node's clock is off: it goes by the database's");
            self.behind.fetch_add(off, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Tells every node of timeline steps that were just committed; `ids` are in order.
    pub async fn announce(&self, ids: &[i64]) {
        let Some(first) = ids.first() else { return };
        self.numbers.changed();
        self.bus.wake();
        if !self.bus.carries_frames() {
            tracing::info!(steps = ids.len(), "published");
            return;
        }
        match self.db.list_frames(first - 1, ids.len() as i64).await {
            Ok(frames) => self.bus.publish(&frames),
            Err(error) => tracing::warn!("cannot read what to publish, the tail will: {error}"),
        }
    }

    /// Frees what a lone server left in hand when it died, and what its clock, if it has gone back since, put off.
    pub async fn free_claims(&self) -> anyhow::Result<()> {
        let mut tx = self.db.begin(Writer::Worker).await?;
        let freed = tx.free_claims(self.now()).await?;
        tx.commit().await?;
        self.db.forget_other_nodes(&self.node).await?;
        if freed > 0 {
            tracing::info!(freed, "took back events that were in hand when the server last stopped");
        }
        Ok(())
    }
}

/// `APP_KEY`, or the key file beside the embedded database, made at the first need.
fn app_key(config: &Config) -> anyhow::Result<String> {
    if let Some(key) = config.app_key() {
        return Ok(key.to_owned());
    }
    let Some(path) = crate::db::sqlite_path(&config.database_url) else {
        bail!("APP_KEY is not set: with PostgreSQL every node needs the same key (32 bytes, base64)");
    };
    read_or_make_key(&path.with_file_name(KEY_FILE))
}

fn read_or_make_key(path: &Path) -> anyhow::Result<String> {
    match make_key(path) {
        Ok(key) => Ok(key),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            std::fs::read_to_string(path).with_context(|| format!("cannot read the key {}", path.display()))
        }
        Err(error) => Err(error).with_context(|| format!("cannot make the key {}", path.display())),
    }
}

/// Writes a whole key before it has its name, so that two commands at once never read half of one.
fn make_key(path: &Path) -> std::io::Result<String> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;

    if path.exists() {
        return Err(std::io::ErrorKind::AlreadyExists.into());
    }
    let key = Crypto::generate_key();
    let draft: PathBuf = path.with_extension(format!("{}.new", random_id()));
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(key.as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    linked.map(|()| key)
}

/// Refuses a key that is not the one this database was filled with.
async fn check_key(db: &Db, crypto: &Crypto, now: i64) -> anyhow::Result<()> {
    let fresh = crypto.seal("settings.value", "key_check", b"opscenter")?;
    let stored = db.init_setting("key_check", &fresh, now).await?;
    if crypto.open("settings.value", "key_check", &stored).is_err() {
        bail!("APP_KEY is not the key of this database: its secrets could not be read");
    }
    Ok(())
}

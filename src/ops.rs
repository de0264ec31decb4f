//! State shared by all parts of the pipeline: config, crypto, clock, packs and the three ports.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use anyhow::bail;
use app::types::{Hour, Numbers};

use crate::bus::Bus;
use crate::channels::Channels;
use crate::clock::Clock;
use crate::config::Config;
use crate::crypto::{Crypto, Passwords, key_path, random_id, read_or_create};
use crate::db::{Db, Writer};
use crate::fresh::Fresh;
use crate::handover::Handover;
use crate::limiter::Limiter;
use crate::metrics::Metrics;
use crate::outgoing::{Certificates, Outgoing};
use crate::payload::PayloadReads;
use crate::provider::Catalog;
use crate::queue::Queue;
use crate::signals::Signals;
use crate::sources::Sources;
use crate::throttle::Throttle;
use crate::vapid::VapidKey;

/// Tolerated clock difference between node and database, in milliseconds.
const TOLERATED: i64 = 1_000;

/// Shared state of a server, used as `Arc<Ops>`.
#[derive(Debug)]
pub struct Ops {
    /// Random id of this node, new at every start.
    pub node: String,
    /// Unix milliseconds.
    pub started_at: i64,
    /// From the environment.
    pub config: Config,
    /// Encrypts secrets with `APP_KEY`.
    pub crypto: Crypto,
    /// The time; fixed in tests.
    pub clock: Clock,
    /// How far this node's clock is behind the database's, in milliseconds; 0 if the difference is tolerable.
    pub behind: AtomicI64,
    /// The provider packs.
    pub catalog: Catalog,
    /// The only source of truth.
    pub db: Db,
    /// Sends hints to workers.
    pub queue: Queue,
    /// Events that this process stored, for its own workers.
    pub handover: Handover,
    /// Announces changes to all nodes.
    pub bus: Bus,
    /// Sources, reloaded every second.
    pub sources: Sources,
    /// The HTTP client for everything outside.
    pub outgoing: Outgoing,
    /// Signing certificates of SNS and PayPal.
    pub certificates: Certificates,
    /// Channels, reloaded every second.
    pub channels: Channels,
    /// Signs messages to push services.
    pub vapid: VapidKey,
    /// Rate limits of channels.
    pub limiter: Limiter,
    /// Hashes passwords, a few at a time.
    pub passwords: Passwords,
    /// Rate limits of password guesses.
    pub throttle: Throttle,
    /// For `/metrics`.
    pub metrics: Metrics,
    /// Cached figures of the Overview.
    pub numbers: Fresh<Numbers>,
    /// Cached sums per quarter of an hour, for charts.
    pub quarters: Fresh<Vec<Hour>>,
    /// Limits concurrent reads of payloads.
    pub payload_reads: PayloadReads,
    /// Wakes this node's tasks.
    pub signals: Signals,
}

impl Ops {
    /// Opens and migrates the database, checks the encryption key, and opens queue and bus.
    pub async fn open(config: Config, clock: Clock) -> anyhow::Result<Self> {
        let db = Db::open(&config.database_url).await?;
        db.migrate().await?;
        let crypto = Crypto::from_base64(&app_key(&config)?)?;
        check_key(&db, &crypto, clock.now()).await?;
        let (catalog, complaints) = Catalog::load(config.providers_dir());
        for complaint in complaints {
            tracing::error!("skipping an invalid provider pack: {complaint}");
        }
        let node = random_id();
        let channels = Channels::new(db.clone(), crypto.clone(), &config);
        channels.list().await?;
        let mut ops = Self {
            limiter: Limiter::open(config.redis_url(), &config.redis_prefix)?,
            channels,
            vapid: VapidKey::default(),
            started_at: clock.now(),
            queue: Queue::open(config.redis_url(), &config.redis_prefix, &node)?,
            handover: Handover::default(),
            bus: Bus::open(config.redis_url(), &config.redis_prefix)?,
            sources: Sources::new(db.clone(), crypto.clone(), catalog.clone()),
            outgoing: Outgoing::new(config.outgoing_allow.clone())?,
            certificates: Certificates::default(),
            passwords: Passwords::default(),
            throttle: Throttle::default(),
            metrics: Metrics::new()?,
            numbers: Fresh::default(),
            quarters: Fresh::default(),
            payload_reads: PayloadReads::default(),
            signals: Signals::default(),
            node,
            config,
            crypto,
            clock,
            behind: AtomicI64::new(0),
            catalog,
            db,
        };
        ops.set_clock().await?;
        ops.db.upgrade_layout(ops.now()).await?;
        ops.started_at = ops.now();
        Ok(ops)
    }

    /// The current time in Unix milliseconds.
    pub fn now(&self) -> i64 {
        self.clock.now() + self.behind.load(Ordering::Relaxed)
    }

    /// Uses the database's clock if this node's differs by more than a second, since nodes must agree on what is due.
    pub async fn set_clock(&self) -> crate::db::Result<()> {
        let asked = Instant::now();
        let Some(there) = self.db.clock().await? else { return Ok(()) };
        let off = there + asked.elapsed().as_millis() as i64 / 2 - self.now();
        if matches!(self.clock, Clock::System) && off.abs() > TOLERATED {
            tracing::warn!(ms = off, "this node's clock is off: using the database clock");
            self.behind.fetch_add(off, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Announces committed timeline entries to every node; `ids` must be in ascending order.
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
            Err(error) => tracing::warn!("cannot read changes to publish, will retry: {error}"),
        }
    }

    /// For a single node: releases the leases of a previous run that crashed, and reschedules what is due too late because
    /// the clock went back since.
    pub async fn free_claims(&self) -> anyhow::Result<()> {
        let mut tx = self.db.begin(Writer::Worker).await?;
        let freed = tx.free_claims(self.now()).await?;
        tx.commit().await?;
        self.db.forget_other_nodes(&self.node).await?;
        if freed > 0 {
            tracing::info!(freed, "requeued events interrupted by the last shutdown");
        }
        Ok(())
    }
}

/// `APP_KEY`, or the key file beside an embedded database, which is created when first needed.
fn app_key(config: &Config) -> anyhow::Result<String> {
    if let Some(key) = config.app_key() {
        return Ok(key.to_owned());
    }
    let Some(path) = crate::db::sqlite_path(&config.database_url) else {
        bail!("APP_KEY is not set: with PostgreSQL every node needs the same key (32 bytes, base64)");
    };
    read_or_create(&key_path(&path))
}

/// Fails if the key is not the one that this database was encrypted with.
async fn check_key(db: &Db, crypto: &Crypto, now: i64) -> anyhow::Result<()> {
    let fresh = crypto.seal("settings.value", "key_check", b"opscenter")?;
    let stored = db.init_setting("key_check", &fresh, now).await?;
    if crypto.open("settings.value", "key_check", &stored).is_err() {
        bail!("APP_KEY is not the key of this database: its secrets could not be read");
    }
    Ok(())
}

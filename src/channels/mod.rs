//! Channels in memory, ready to send with: reread every second. And the outbox: which of them an alert is due to.

mod environment;

use std::sync::Arc;
use std::time::{Duration, Instant};

use app::types::{Channel, NotificationKind, Severity};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::config::Config;
use crate::crypto::Crypto;
use crate::db::{ChannelRow, Db, NewNotification, Tx};
use crate::outgoing::Trust;
use environment::Environment;

const FRESH: Duration = Duration::from_secs(1);

/// Where secrets are sealed.
pub const SECRET: &str = "channels.secret";

/// Why a channel is broken whose secret was sealed with another key, or changed.
const UNREADABLE: &str = "its secret cannot be read: enter it anew";

/// A channel with everything at hand.
#[derive(Clone)]
pub struct ReadyChannel {
    pub channel: Channel,
    /// Bot token or webhook URL.
    pub secret: String,
    pub trust: Trust,
}

impl std::fmt::Debug for ReadyChannel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReadyChannel({})", self.channel.name)
    }
}

/// Something to be told.
#[derive(Clone, Debug)]
pub struct Tell {
    pub alert_id: i64,
    pub kind: NotificationKind,
    pub severity: Severity,
    /// Slug of the source.
    pub source: String,
}

impl ReadyChannel {
    /// A text setting.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.channel.settings.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    fn wants(&self, tell: &Tell, now: i64) -> bool {
        let sources = self.setting("sources");
        let is_its_source = sources.is_none_or(|list| list.split(',').any(|slug| slug.trim() == tell.source));
        let is_its_kind = tell.kind != NotificationKind::Resolved || self.setting("resolved") == Some("true");
        let is_bad_enough = tell.kind == NotificationKind::Resolved || tell.severity >= self.channel.min_severity;
        let is_muted = self.channel.muted_until.is_some_and(|until| until > now);
        self.channel.is_active && !is_muted && is_its_source && is_its_kind && is_bad_enough
    }
}

/// The copy.
#[derive(Debug)]
pub struct Channels {
    db: Db,
    crypto: Crypto,
    environment: Environment,
    copy: Mutex<(Option<Instant>, Arc<Vec<ReadyChannel>>)>,
}

impl Channels {
    pub fn new(db: Db, crypto: Crypto, config: &Config) -> Self {
        Self { db, crypto, environment: Environment::of(config), copy: Mutex::default() }
    }

    /// Every channel as it was within the last second, oldest first.
    pub async fn list(&self) -> Result<Arc<Vec<ReadyChannel>>, sqlx::Error> {
        let mut copy = self.copy.lock().await;
        if copy.0.is_none_or(|at| at.elapsed() > FRESH) {
            copy.1 = Arc::new(self.read().await?);
            copy.0 = Some(Instant::now());
        }
        Ok(copy.1.clone())
    }

    /// Every channel as it is now, oldest first.
    pub async fn read(&self) -> Result<Vec<ReadyChannel>, sqlx::Error> {
        Ok(self.db.list_channel_rows().await?.into_iter().map(|row| self.ready(row)).collect())
    }

    /// One channel as it is now.
    pub async fn find(&self, id: i64) -> Result<Option<ReadyChannel>, sqlx::Error> {
        Ok(self.db.find_channel(id).await?.map(|row| self.ready(row)))
    }

    /// Makes the next look read anew.
    pub async fn forget(&self) {
        self.copy.lock().await.0 = None;
    }

    /// What cannot be used is broken, and not left out: its fallback has to take over.
    fn ready(&self, row: ChannelRow) -> ReadyChannel {
        let ChannelRow { mut channel, secret, key_ref } = row;
        let (trust, secret) = if channel.is_from_environment() {
            (Trust::Environment, self.environment.secret(channel.kind).ok_or("the environment does not name it"))
        } else {
            (Trust::Nobody, self.opened(&key_ref, secret).ok_or(UNREADABLE))
        };
        if let (Err(why), true) = (&secret, channel.is_active) {
            channel.broken_reason = Some((*why).to_owned());
        }
        ReadyChannel { channel, secret: secret.unwrap_or_default(), trust }
    }

    fn opened(&self, key_ref: &str, secret: Option<String>) -> Option<String> {
        let Some(sealed) = secret else { return Some(String::new()) };
        String::from_utf8(self.crypto.open(SECRET, key_ref, &sealed).ok()?).ok()
    }

    /// Writes what is due of `tells` to the channels that want it, in the transaction of the alerts; returns the ids.
    pub async fn write_due(&self, tx: &mut Tx, tells: &[Tell], now: i64) -> Result<Vec<i64>, sqlx::Error> {
        let mut ids = Vec::new();
        if tells.is_empty() {
            return Ok(ids);
        }
        let channels = self.copy.lock().await.1.clone();
        for tell in tells {
            for channel in channels.iter().filter(|channel| channel.wants(tell, now)) {
                ids.extend(write(tx, channel, tell, now).await?);
            }
        }
        Ok(ids)
    }
}

async fn write(tx: &mut Tx, channel: &ReadyChannel, tell: &Tell, now: i64) -> Result<Option<i64>, sqlx::Error> {
    let (alert_id, channel_id) = (tell.alert_id, channel.channel.id);
    let episode = match tell.kind {
        NotificationKind::Opened => 0,
        NotificationKind::Resolved if !tx.was_told(alert_id, channel_id).await? => return Ok(None),
        NotificationKind::Repeated if !tx.is_news(alert_id, channel_id, tell.severity, now).await? => return Ok(None),
        _ => now,
    };
    let new = NewNotification {
        alert_id,
        channel_id,
        channel: channel.channel.kind,
        recipient: channel.channel.recipient.clone(),
        kind: tell.kind,
        episode,
        severity: tell.severity,
        now,
    };
    tx.insert_notification(&new).await
}

/// A URL that is a secret, as it may be shown: host and the last characters.
pub fn masked(url: &str) -> String {
    let host = reqwest::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let chars: Vec<char> = url.chars().collect();
    let end: String = chars[chars.len().saturating_sub(4)..].iter().collect();
    format!("{host}/…{end}")
}

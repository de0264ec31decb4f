//! Channels in memory, ready to send with: reread every second. And the outbox: which of them are to say what.

mod environment;
mod outbox;
mod reached;

use std::sync::Arc;
use std::time::{Duration, Instant};

use app::types::Channel;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::config::Config;
use crate::crypto::Crypto;
use crate::db::{ChannelRow, Db};
use crate::delivery::Wishes;
use crate::outgoing::Trust;
use environment::Environment;
use reached::Reached;

const FRESH: Duration = Duration::from_secs(1);

/// Where secrets are sealed.
pub const SECRET: &str = "channels.secret";

/// Why a channel is broken whose secret was sealed with another key, or changed.
const UNREADABLE: &str = "the secret cannot be decrypted: enter it again";

/// A channel with everything at hand.
#[derive(Clone)]
pub struct LoadedChannel {
    pub channel: Channel,
    /// Bot token or webhook URL.
    pub secret: String,
    pub trust: Trust,
    /// Why it cannot even be tried.
    pub unusable: Option<String>,
    /// When a channel that fails may be tried again; 0 for at once.
    pub retry_at: i64,
}

impl std::fmt::Debug for LoadedChannel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LoadedChannel({})", self.channel.name)
    }
}

impl LoadedChannel {
    /// A text setting.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.channel.settings.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// Whether the last attempt failed.
    pub fn is_failing(&self) -> bool {
        self.channel.failing_since.is_some() || self.channel.broken_reason.is_some()
    }

    /// What it wants to hear.
    pub fn wishes(&self) -> Wishes {
        let slugs = |list: &str| list.split(',').map(|slug| slug.trim().to_owned()).collect();
        Wishes {
            is_active: self.channel.is_active,
            min_severity: self.channel.min_severity,
            sources: self.setting("sources").map(slugs),
            ends: self.setting("resolved") == Some("true"),
            muted_until: self.channel.muted_until,
        }
    }
}

/// The copy.
#[derive(Debug)]
pub struct Channels {
    db: Db,
    crypto: Crypto,
    environment: Environment,
    copy: Mutex<(Option<Instant>, Arc<Vec<LoadedChannel>>)>,
    /// What mails reached some of their recipients only.
    pub reached: Reached,
}

impl Channels {
    pub fn new(db: Db, crypto: Crypto, config: &Config) -> Self {
        Self { db, crypto, environment: Environment::of(config), copy: Mutex::default(), reached: Reached::default() }
    }

    /// Every channel as it was within the last second, oldest first.
    pub async fn list(&self) -> Result<Arc<Vec<LoadedChannel>>, sqlx::Error> {
        let mut copy = self.copy.lock().await;
        if copy.0.is_none_or(|at| at.elapsed() > FRESH) {
            copy.1 = Arc::new(self.read().await?);
            copy.0 = Some(Instant::now());
        }
        Ok(copy.1.clone())
    }

    /// Every channel as it is now, oldest first.
    pub async fn read(&self) -> Result<Vec<LoadedChannel>, sqlx::Error> {
        Ok(self.db.list_channel_rows().await?.into_iter().map(|row| self.ready(row)).collect())
    }

    /// One channel as it is now.
    pub async fn find(&self, id: i64) -> Result<Option<LoadedChannel>, sqlx::Error> {
        Ok(self.db.find_channel(id).await?.map(|row| self.ready(row)))
    }

    /// Makes the next look read anew.
    pub async fn forget(&self) {
        self.copy.lock().await.0 = None;
    }

    /// What cannot be used is broken, and not left out: its fallback has to take over.
    fn ready(&self, row: ChannelRow) -> LoadedChannel {
        let ChannelRow { mut channel, secret, key_ref, retry_at, .. } = row;
        let (trust, secret) = if channel.is_from_environment() {
            (Trust::Environment, self.environment.secret(channel.kind).ok_or("not configured in the environment"))
        } else {
            (Trust::Nobody, self.opened(&key_ref, secret).ok_or(UNREADABLE))
        };
        let unusable = secret.as_ref().err().filter(|_| channel.is_active).map(|why| (*why).to_owned());
        channel.broken_reason = unusable.clone().or(channel.broken_reason);
        LoadedChannel { channel, secret: secret.unwrap_or_default(), trust, unusable, retry_at }
    }

    fn opened(&self, key_ref: &str, secret: Option<String>) -> Option<String> {
        let Some(sealed) = secret else { return Some(String::new()) };
        String::from_utf8(self.crypto.open(SECRET, key_ref, &sealed).ok()?).ok()
    }

    /// The copy as it is, however old: for use within a transaction.
    pub async fn copy(&self) -> Arc<Vec<LoadedChannel>> {
        self.copy.lock().await.1.clone()
    }
}

/// A URL that is a secret, as it may be shown: host and the last characters.
pub fn masked(url: &str) -> String {
    let host = reqwest::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let chars: Vec<char> = url.chars().collect();
    let end: String = chars[chars.len().saturating_sub(4)..].iter().collect();
    format!("{host}/…{end}")
}

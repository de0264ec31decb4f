//! In-memory copy of the channels, with their secrets decrypted. Reloaded every second.

mod environment;
mod loaded;
mod reached;

use std::sync::Arc;

use crate::config::Config;
use crate::crypto::Crypto;
use crate::db::{ChannelRow, Db};
use crate::outgoing::Trust;
use crate::reloading::{MAX_AGE, Reloading};
use environment::Environment;
use reached::Reached;

pub use loaded::LoadedChannel;

/// Encryption context (`table.column`) of the secret.
pub const SECRET: &str = "channels.secret";

/// Why a channel is broken whose secret was encrypted with another key, or was altered.
const UNREADABLE: &str = "the secret cannot be decrypted: enter it again";

/// The in-memory copy.
#[derive(Debug)]
pub struct Channels {
    db: Db,
    crypto: Crypto,
    environment: Environment,
    copy: Reloading<Vec<LoadedChannel>>,
    /// Recipients of emails that reached only some of them.
    pub reached: Reached,
}

impl Channels {
    /// An empty copy, loaded on first use.
    pub fn new(db: Db, crypto: Crypto, config: &Config) -> Self {
        let environment = Environment::of(config);
        Self { db, crypto, environment, copy: Reloading::default(), reached: Reached::default() }
    }

    /// Every channel as it was within the last second, oldest first.
    pub async fn list(&self) -> Result<Arc<Vec<LoadedChannel>>, sqlx::Error> {
        self.copy.get(MAX_AGE, |_| self.read()).await
    }

    /// The copy, however old: for use within a transaction, which must not wait for another connection.
    pub fn cached(&self) -> Arc<Vec<LoadedChannel>> {
        self.copy.cached().unwrap_or_default()
    }

    /// Forces a reload at the next [`Self::list`].
    pub fn invalidate(&self) {
        self.copy.invalidate();
    }

    /// Every channel as it is now, oldest first.
    pub async fn read(&self) -> Result<Vec<LoadedChannel>, sqlx::Error> {
        Ok(self.db.list_channel_rows().await?.into_iter().map(|row| self.load(row)).collect())
    }

    /// One channel as it is now.
    pub async fn find(&self, id: i64) -> Result<Option<LoadedChannel>, sqlx::Error> {
        Ok(self.db.find_channel(id).await?.map(|row| self.load(row)))
    }

    /// The channel with its secret. One that cannot be used is broken rather than left out, since its fallback has to take over.
    pub fn load(&self, row: ChannelRow) -> LoadedChannel {
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
}

/// The first of these names that no channel has.
pub fn free_name(mut names: impl Iterator<Item = String>, rows: &[ChannelRow]) -> String {
    names.find(|name| rows.iter().all(|row| row.channel.name != *name)).unwrap_or_default()
}

/// A webhook URL as it may be shown, since the URL is the secret: the host and the last four characters.
pub fn masked(url: &str) -> String {
    let host = reqwest::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let chars: Vec<char> = url.chars().collect();
    let end: String = chars[chars.len().saturating_sub(4)..].iter().collect();
    format!("{host}/…{end}")
}

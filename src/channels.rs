//! Channels in memory, ready to send with: reread every second. And the outbox: which of them an alert is due to.

use std::sync::Arc;
use std::time::{Duration, Instant};

use app::types::{Channel, ChannelKind, NotificationKind, Severity};
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use crate::config::{Config, given};
use crate::crypto::{Crypto, random_id};
use crate::db::{ChannelRow, Db, NewChannelRow, NewNotification, Tx, Writer};
use crate::outgoing::Trust;

const FRESH: Duration = Duration::from_secs(1);

/// Where secrets are sealed.
pub const SECRET: &str = "channels.secret";

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

    /// Every channel, oldest first.
    pub async fn list(&self) -> Result<Arc<Vec<ReadyChannel>>, sqlx::Error> {
        let mut copy = self.copy.lock().await;
        if copy.0.is_none_or(|at| at.elapsed() > FRESH) {
            let rows = self.db.list_channel_rows().await?;
            copy.1 = Arc::new(rows.into_iter().filter_map(|row| self.ready(row)).collect());
            copy.0 = Some(Instant::now());
        }
        Ok(copy.1.clone())
    }

    /// One channel as it is now.
    pub async fn find(&self, id: i64) -> Result<Option<ReadyChannel>, sqlx::Error> {
        Ok(self.db.find_channel(id).await?.and_then(|row| self.ready(row)))
    }

    /// Makes the next look read anew.
    pub async fn forget(&self) {
        self.copy.lock().await.0 = None;
    }

    fn ready(&self, row: ChannelRow) -> Option<ReadyChannel> {
        let ChannelRow { channel, secret, key_ref } = row;
        if channel.is_from_environment() {
            let secret = self.environment.secret(channel.kind)?;
            return Some(ReadyChannel { channel, secret, trust: Trust::Environment });
        }
        let secret = match secret.map(|sealed| self.crypto.open(SECRET, &key_ref, &sealed)).transpose() {
            Ok(secret) => String::from_utf8(secret.unwrap_or_default()).ok()?,
            Err(error) => {
                tracing::error!(channel = channel.name, "a channel cannot be used: {error:#}");
                return None;
            }
        };
        Some(ReadyChannel { channel, secret, trust: Trust::Nobody })
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

    /// Puts the channels that the environment names into the table, and closes those that it names no more.
    pub async fn sync_environment(&self, now: i64) -> anyhow::Result<()> {
        let rows = self.db.list_channel_rows().await?;
        let mut tx = self.db.begin(Writer::Person).await?;
        for kind in ChannelKind::ALL.iter().copied() {
            let present = rows.iter().find(|row| row.channel.kind == kind && row.channel.is_from_environment());
            match (self.environment.recipient(kind), present) {
                (Some(recipient), None) => drop(tx.insert_channel(&from_environment(kind, recipient, now)).await?),
                (recipient, Some(row)) => {
                    let shown = recipient.clone().unwrap_or_else(|| row.channel.recipient.clone());
                    if recipient.is_some() != row.channel.is_active || shown != row.channel.recipient {
                        let mut new = from_environment(kind, shown, now);
                        (new.name, new.is_active) = (row.channel.name.clone(), recipient.is_some());
                        (new.min_severity, new.fallback_id) = (row.channel.min_severity, row.channel.fallback_id);
                        (new.settings, new.muted_until) = (row.channel.settings.clone(), row.channel.muted_until);
                        tx.update_channel(row.channel.id, &new).await?;
                    }
                }
                (None, None) => {}
            }
        }
        Ok(tx.commit().await?)
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

fn from_environment(kind: ChannelKind, recipient: String, now: i64) -> NewChannelRow {
    NewChannelRow {
        name: kind.label().to_owned(),
        kind,
        recipient,
        secret: None,
        key_ref: random_id(),
        settings: Map::from_iter([("environment".to_owned(), true.into())]),
        min_severity: Severity::Warning,
        fallback_id: None,
        is_active: true,
        muted_until: None,
        now,
    }
}

/// Channels that the environment names.
#[derive(Clone)]
struct Environment {
    telegram: Option<(String, String)>,
    email: Option<String>,
    slack: Option<String>,
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Environment")
    }
}

impl Environment {
    fn of(config: &Config) -> Self {
        let owned = |value: &Option<String>| given(value).map(str::to_owned);
        Self {
            telegram: owned(&config.telegram_bot_token).zip(owned(&config.telegram_chat_id)),
            email: owned(&config.mail_to).filter(|_| given(&config.smtp_url).is_some()),
            slack: owned(&config.slack_webhook_url),
        }
    }

    fn recipient(&self, kind: ChannelKind) -> Option<String> {
        match kind {
            ChannelKind::Telegram => self.telegram.as_ref().map(|(_, chat)| chat.clone()),
            ChannelKind::Email => self.email.clone(),
            ChannelKind::Slack => self.slack.as_ref().map(|url| masked(url)),
        }
    }

    fn secret(&self, kind: ChannelKind) -> Option<String> {
        match kind {
            ChannelKind::Telegram => self.telegram.as_ref().map(|(token, _)| token.clone()),
            ChannelKind::Email => self.email.as_ref().map(|_| String::new()),
            ChannelKind::Slack => self.slack.clone(),
        }
    }
}

/// A URL that is a secret, as it may be shown: host and the last characters.
pub fn masked(url: &str) -> String {
    let host = reqwest::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let chars: Vec<char> = url.chars().collect();
    let end: String = chars[chars.len().saturating_sub(4)..].iter().collect();
    format!("{host}/…{end}")
}

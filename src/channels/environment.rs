//! Channels that the environment names: always in the table, and never with their secrets.

use app::types::{ChannelKind, Severity};
use serde_json::Map;

use super::{Channels, masked};
use crate::config::{Config, given};
use crate::crypto::random_id;
use crate::db::{NewChannelRow, Writer};

/// Channels that the environment names.
#[derive(Clone)]
pub struct Environment {
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
    pub fn of(config: &Config) -> Self {
        let owned = |value: &Option<String>| given(value).map(str::to_owned);
        Self {
            telegram: owned(&config.telegram_bot_token).zip(owned(&config.telegram_chat_id)),
            email: owned(&config.mail_to).filter(|_| given(&config.smtp_url).is_some()),
            slack: owned(&config.slack_webhook_url),
        }
    }

    pub fn recipient(&self, kind: ChannelKind) -> Option<String> {
        match kind {
            ChannelKind::Telegram => self.telegram.as_ref().map(|(_, chat)| chat.clone()),
            ChannelKind::Email => self.email.clone(),
            ChannelKind::Slack => self.slack.as_ref().map(|url| masked(url)),
        }
    }

    pub fn secret(&self, kind: ChannelKind) -> Option<String> {
        match kind {
            ChannelKind::Telegram => self.telegram.as_ref().map(|(token, _)| token.clone()),
            ChannelKind::Email => self.email.as_ref().map(|_| String::new()),
            ChannelKind::Slack => self.slack.clone(),
        }
    }
}

impl Channels {
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

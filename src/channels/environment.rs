//! Channels defined by environment variables. They have rows in `channels` like all others, but their secrets are not stored.

use app::types::{ChannelKind, Severity};
use serde_json::Map;

use super::{Channels, free_name, masked};
use crate::config::{Config, given};
use crate::crypto::random_id;
use crate::db::{ChannelRow, NewChannelRow, Writer};

/// The values of these variables; at most one channel of each kind.
#[derive(Clone)]
pub struct Environment {
    /// Bot token and chat id.
    telegram: Option<(String, String)>,
    /// Mail addresses.
    email: Option<String>,
    /// Webhook URL.
    slack: Option<String>,
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Environment")
    }
}

impl Environment {
    /// A channel needs all its variables: `TELEGRAM_BOT_TOKEN` and `TELEGRAM_CHAT_ID`, `MAIL_TO` and `SMTP_URL`,
    /// `SLACK_WEBHOOK_URL`. Empty ones count as unset.
    pub fn of(config: &Config) -> Self {
        let owned = |value: &Option<String>| given(value).map(str::to_owned);
        Self {
            telegram: owned(&config.telegram_bot_token).zip(owned(&config.telegram_chat_id)),
            email: owned(&config.mail_to).filter(|_| given(&config.smtp_url).is_some()),
            slack: owned(&config.slack_webhook_url),
        }
    }

    /// Chat id, mail addresses or masked webhook URL; `None` if no channel of this kind is defined.
    pub fn recipient(&self, kind: ChannelKind) -> Option<String> {
        match kind {
            ChannelKind::Telegram => self.telegram.as_ref().map(|(_, chat)| chat.clone()),
            ChannelKind::Email => self.email.clone(),
            ChannelKind::Slack => self.slack.as_ref().map(|url| masked(url)),
            ChannelKind::Push => None,
        }
    }

    /// Bot token or webhook URL, empty for email; `None` if no channel of this kind is defined.
    pub fn secret(&self, kind: ChannelKind) -> Option<String> {
        match kind {
            ChannelKind::Telegram => self.telegram.as_ref().map(|(token, _)| token.clone()),
            ChannelKind::Email => self.email.as_ref().map(|_| String::new()),
            ChannelKind::Slack => self.slack.clone(),
            ChannelKind::Push => None,
        }
    }
}

impl Channels {
    /// Inserts or updates the rows of channels from the environment, and disables those no longer defined. `now` is in Unix
    /// milliseconds. Nodes that start together are serialized by the lock on the table.
    pub async fn sync_environment(&self, now: i64) -> anyhow::Result<()> {
        let mut tx = self.db.begin(Writer::Person).await?;
        let rows = tx.lock_channel_rows().await?;
        for kind in ChannelKind::ALL.iter().copied() {
            let present = rows.iter().find(|row| row.channel.kind == kind && row.channel.is_from_environment());
            match (self.environment.recipient(kind), present) {
                (Some(recipient), None) => {
                    let name = free_name(names(kind), &rows);
                    tx.insert_channel(&NewChannelRow { name, ..from_environment(kind, recipient, now) }).await?;
                }
                (recipient, Some(row)) => {
                    if let Some(changed) = changed(row, recipient, now) {
                        tx.update_channel(row.channel.id, &changed).await?;
                    }
                }
                (None, None) => {}
            }
        }
        Ok(tx.commit().await?)
    }
}

/// "Slack", "Slack (environment)", "Slack (environment 2)" and so on.
fn names(kind: ChannelKind) -> impl Iterator<Item = String> {
    let name = kind.label();
    let more = (2..).map(move |n| format!("{name} (environment {n})"));
    [name.to_owned(), format!("{name} (environment)")].into_iter().chain(more)
}

/// The row to write; `None` if it agrees with the environment.
fn changed(row: &ChannelRow, recipient: Option<String>, now: i64) -> Option<NewChannelRow> {
    let channel = &row.channel;
    let is_active = recipient.is_some();
    let shown = recipient.unwrap_or_else(|| channel.recipient.clone());
    if is_active == channel.is_active && shown == channel.recipient {
        return None;
    }
    Some(NewChannelRow {
        name: channel.name.clone(),
        is_active,
        min_severity: channel.min_severity,
        fallback_id: channel.fallback_id,
        settings: channel.settings.clone(),
        muted_until: channel.muted_until,
        ..from_environment(channel.kind, shown, now)
    })
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

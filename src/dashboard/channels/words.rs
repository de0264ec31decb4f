//! Validation of channel settings.

use std::collections::BTreeMap;

use app::Error;
use app::types::ChannelKind;
use serde_json::{Map, Value};

use crate::channels::masked;
use crate::dashboard::Dashboard;
use crate::db::is_unique_violation;
use crate::notify::render::{check_template, is_zone};
use crate::outgoing::Trust;
use crate::provider::clean_line;

/// The known settings.
const SETTINGS: [&str; 7] = ["sources", "resolved", "template", "subject", "users", "timezone", "thread"];

/// The secret of a channel that is created or changed.
#[derive(Clone, Copy)]
pub enum Secret<'a> {
    None,
    /// The one that is stored.
    Kept,
    Given(&'a str),
}

impl<'a> Secret<'a> {
    pub fn new(given: Option<&'a str>) -> Self {
        given.map_or(Self::None, Self::Given)
    }
}

impl Dashboard {
    pub(super) fn check(&self, kind: ChannelKind, recipient: &str, secret: Secret<'_>) -> app::Result<()> {
        let invalid = |field: &str, why: &str| Err(Error::invalid(field, why));
        match (kind, secret) {
            (ChannelKind::Telegram, Secret::None) => invalid("secret", "must be the bot token"),
            (ChannelKind::Telegram, _) if recipient.trim().is_empty() => invalid("recipient", "must be the chat ID"),
            (ChannelKind::Email, _) if !crate::notify::is_mail_address(recipient) => {
                invalid("recipient", "is not an email address")
            }
            (ChannelKind::Slack, Secret::None) => invalid("secret", "must be the webhook URL"),
            (ChannelKind::Slack | ChannelKind::Push, Secret::Kept) => Ok(()),
            (ChannelKind::Slack, Secret::Given(url)) => match self.ops.outgoing.check(url.trim(), Trust::Nobody) {
                Ok(_) => Ok(()),
                Err(error) => invalid("secret", &error.to_string()),
            },
            (ChannelKind::Push, _) => invalid("kind", "is turned on in the account menu of each browser"),
            _ => Ok(()),
        }
    }
}

pub fn recipient(kind: ChannelKind, recipient: &str, secret: Option<&str>) -> String {
    match (kind, recipient.trim()) {
        (ChannelKind::Slack, "") => masked(secret.unwrap_or_default()),
        (_, given) => clean_line(given, 300),
    }
}

pub fn name(text: &str) -> app::Result<String> {
    let name = clean_line(text, 100);
    if name.trim().is_empty() { Err(Error::invalid("name", "must not be empty")) } else { Ok(name) }
}

pub fn settings(words: BTreeMap<String, String>) -> app::Result<Map<String, Value>> {
    for (key, word) in &words {
        let field = format!("settings.{key}");
        match key.as_str() {
            key if !SETTINGS.contains(&key) => {
                return Err(Error::invalid(field, format!("must be one of {}", SETTINGS.join(", "))));
            }
            "template" | "subject" => check_template(word).map_err(|why| Error::invalid(field, why))?,
            "users" if word.split(',').any(|id| id.trim().parse::<u64>().is_err()) && !word.is_empty() => {
                return Err(Error::invalid(field, "must be comma-separated numeric Telegram user ids"));
            }
            "timezone" if !word.is_empty() && !is_zone(word) => {
                return Err(Error::invalid(field, "is not a time zone such as Europe/Berlin"));
            }
            "thread" if !word.is_empty() && word.parse::<i32>().is_err() => {
                return Err(Error::invalid(field, "must be the number of a topic in a Telegram group"));
            }
            "resolved" if word != "true" && word != "false" => {
                return Err(Error::invalid(field, "must be true or false"));
            }
            _ => {}
        }
    }
    Ok(words.into_iter().filter(|(_, word)| !word.is_empty()).map(|(key, word)| (key, word.into())).collect())
}

pub fn name_in_use(error: sqlx::Error) -> crate::error::Error {
    if is_unique_violation(&error) {
        return Error::invalid("name", "is in use by another channel").into();
    }
    error.into()
}

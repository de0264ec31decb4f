//! Channels: list, create, update, delete, test.

mod preview;
mod push;
mod words;

use app::Error;
use app::backend::Channels;
use app::types::{
    Actor, Channel, ChannelKind, ChannelTest, ChannelUpdate, MessagePreview, NewChannel, Role, Severity, time,
};
use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Dashboard, public_error};
use crate::channels::SECRET;
use crate::crypto::random_id;
use crate::db::{ChannelRow, NewChannelRow, Writer};
use crate::error::Result;
use crate::notify::{Outcome, send_test};

use words::{Secret, name, name_in_use, recipient, settings};

/// Settings that stay as they were made.
const NOT_EDITED: [&str; 2] = ["environment", "user"];

/// Maximum mute duration in milliseconds, on the page and through REST.
const LONGEST_MUTE: i64 = 30 * time::DAY;

#[async_trait]
impl Channels for Dashboard {
    async fn list_channels(&self, actor: &Actor) -> app::Result<Vec<Channel>> {
        actor.require(Role::Viewer)?;
        let channels = public_error(self.ops.channels.read().await.map_err(Into::into))?;
        Ok(channels.into_iter().map(|ready| ready.channel).collect())
    }

    async fn create_channel(&self, actor: &Actor, new: NewChannel) -> app::Result<Channel> {
        actor.require(Role::Admin)?;
        public_error(self.insert_channel(actor, new).await)
    }

    async fn update_channel(&self, actor: &Actor, id: i64, update: ChannelUpdate) -> app::Result<Channel> {
        let only_mutes = ChannelUpdate { muted_until: None, ..update.clone() } == ChannelUpdate::default();
        actor.require(if only_mutes { Role::Operator } else { Role::Admin })?;
        self.check_mute(update.muted_until)?;
        public_error(match update.muted_until {
            Some(until) if only_mutes => self.mute_channel(actor, id, until).await,
            _ => self.change_channel(actor, id, update).await,
        })
    }

    async fn delete_channel(&self, actor: &Actor, id: i64) -> app::Result<()> {
        actor.require(Role::Admin)?;
        public_error(self.remove_channel(actor, id).await)
    }

    async fn preview_message(
        &self,
        actor: &Actor,
        kind: ChannelKind,
        template: String,
        subject: String,
    ) -> app::Result<MessagePreview> {
        actor.require(Role::Admin)?;
        public_error(self.preview(kind, &template, &subject).await)
    }

    async fn test_channel(&self, actor: &Actor, id: i64) -> app::Result<ChannelTest> {
        actor.require(Role::Operator)?;
        public_error(self.try_channel(actor, id).await)
    }
}

impl Dashboard {
    async fn channel(&self, id: i64) -> Result<ChannelRow> {
        Ok(self.ops.db.find_channel(id).await?.ok_or_else(|| Error::not_found("channel"))?)
    }

    async fn insert_channel(&self, actor: &Actor, new: NewChannel) -> Result<Channel> {
        let secret = new.secret.filter(|secret| !secret.trim().is_empty());
        self.check(new.kind, &new.recipient, Secret::new(secret.as_deref()))?;
        let key_ref = random_id();
        let row = NewChannelRow {
            name: name(&new.name)?,
            kind: new.kind,
            recipient: recipient(new.kind, &new.recipient, secret.as_deref()),
            secret: secret
                .map(|secret| self.ops.crypto.seal(SECRET, &key_ref, secret.trim().as_bytes()))
                .transpose()?,
            key_ref,
            settings: settings(new.settings)?,
            min_severity: new.min_severity.unwrap_or(Severity::Warning),
            fallback_id: self.fallback(new.fallback_id, None).await?,
            is_active: true,
            muted_until: None,
            now: self.ops.now(),
        };
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        let id = tx.insert_channel(&row).await.map_err(name_in_use)?;
        self.finish(tx, actor, "channel.create", &row).await?;
        Ok(self.channel(id).await?.channel)
    }

    fn check_mute(&self, until: Option<i64>) -> app::Result<()> {
        if until.is_some_and(|until| until > self.ops.now() + LONGEST_MUTE) {
            return Err(Error::invalid("muted_until", "must be within 30 days"));
        }
        Ok(())
    }

    /// Changes nothing but the mute, so that a concurrent change by an admin is kept, and a broken channel stays broken.
    async fn mute_channel(&self, actor: &Actor, id: i64, until: i64) -> Result<Channel> {
        let now = self.ops.now();
        let muted_until = Some(until).filter(|until| *until > now);
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        let name = tx.mute_channel(id, muted_until, now).await?.ok_or_else(|| Error::not_found("channel"))?;
        self.audit(&mut tx, actor, "channel.mute", &name, json!({ "muted_until": muted_until })).await?;
        tx.commit().await?;
        self.ops.channels.invalidate();
        self.ops.signals.send.notify_one();
        Ok(self.channel(id).await?.channel)
    }

    async fn change_channel(&self, actor: &Actor, id: i64, update: ChannelUpdate) -> Result<Channel> {
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        // The row is locked until the commit, so that two concurrent changes of different fields are both kept.
        let row = tx.lock_channel_rows().await?.into_iter().find(|row| row.channel.id == id);
        let ChannelRow { channel, secret: sealed, key_ref, .. } = row.ok_or_else(|| Error::not_found("channel"))?;
        let is_ours = channel.is_from_environment();
        if is_ours && (update.recipient.is_some() || update.secret.is_some() || update.is_active == Some(true)) {
            return Err(Error::invalid("recipient", "is set by environment variables and must be changed there").into());
        }
        let secret = update.secret.filter(|secret| !secret.trim().is_empty());
        if secret.is_some() || update.recipient.is_some() {
            let given = Secret::new(secret.as_deref());
            let checked = if secret.is_none() && sealed.is_some() { Secret::Kept } else { given };
            self.check(channel.kind, update.recipient.as_deref().unwrap_or(&channel.recipient), checked)?;
        }
        let mut words = match update.settings {
            Some(words) => settings(words)?,
            None => channel.settings.clone(),
        };
        let kept = channel.settings.iter().filter(|(name, _)| NOT_EDITED.contains(&name.as_str()));
        words.extend(kept.map(|(name, value)| (name.clone(), value.clone())));
        let is_new_hook = channel.kind == ChannelKind::Slack && secret.is_some();
        let shown = match update.recipient {
            Some(given) => given,
            // A new webhook URL invalidates the masked form of the old one.
            None if is_new_hook => String::new(),
            None => channel.recipient.clone(),
        };
        let row = NewChannelRow {
            name: update.name.as_deref().map_or(Ok(channel.name.clone()), name)?,
            kind: channel.kind,
            recipient: recipient(channel.kind, &shown, secret.as_deref()),
            secret: match secret {
                Some(secret) => Some(self.ops.crypto.seal(SECRET, &key_ref, secret.trim().as_bytes())?),
                None => sealed,
            },
            key_ref,
            settings: words,
            min_severity: update.min_severity.unwrap_or(channel.min_severity),
            fallback_id: match update.fallback_id {
                Some(fallback) => self.fallback(Some(fallback), Some(id)).await?,
                None => channel.fallback_id,
            },
            is_active: update.is_active.unwrap_or(channel.is_active),
            muted_until: match update.muted_until {
                Some(until) => Some(until).filter(|until| *until > self.ops.now()),
                None => channel.muted_until,
            },
            now: self.ops.now(),
        };
        tx.update_channel(id, &row).await.map_err(name_in_use)?;
        if update.fallback_id.is_some() {
            tx.forget_fallback(id).await?;
        }
        self.finish(tx, actor, "channel.update", &row).await?;
        Ok(self.channel(id).await?.channel)
    }

    async fn remove_channel(&self, actor: &Actor, id: i64) -> Result<()> {
        let channel = self.channel(id).await?.channel;
        if channel.is_from_environment() && channel.is_active {
            return Err(Error::invalid(
                "id",
                "belongs to a channel set by environment variables; remove the variables instead",
            )
            .into());
        }
        // In pieces first, so that the last transaction is short; its fallback is forgotten with it.
        loop {
            let mut tx = self.ops.db.begin(Writer::Person).await?;
            let has_more = tx.hand_over_notifications(id, self.ops.now()).await?;
            tx.commit().await?;
            if !has_more {
                break;
            }
        }
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        while tx.hand_over_notifications(id, self.ops.now()).await? {}
        tx.delete_channel(id, self.ops.now()).await?;
        self.audit(&mut tx, actor, "channel.delete", &channel.name, Value::Null).await?;
        tx.commit().await?;
        self.ops.channels.invalidate();
        self.ops.signals.send.notify_one();
        // The pruner removes the channel's remaining notifications.
        self.ops.signals.prune.notify_one();
        Ok(())
    }

    async fn try_channel(&self, actor: &Actor, id: i64) -> Result<ChannelTest> {
        let row = self.channel(id).await?;
        let ready = self.ops.channels.find(id).await?.ok_or_else(|| Error::not_found("channel"))?;
        let is_secret = ready.channel.kind != ChannelKind::Email;
        if is_secret && ready.secret.is_empty() {
            return Err(Error::invalid("id", "belongs to a channel whose secret is missing or cannot be read").into());
        }
        let outcome = send_test(&self.ops, &ready).await?;
        let test = ChannelTest { ok: matches!(outcome, Outcome::Sent(_)), answer: outcome.words().to_owned() };
        let detail = json!({ "ok": test.ok, "answer": test.answer });
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        self.audit(&mut tx, actor, "channel.test", &row.channel.name, detail).await?;
        tx.commit().await?;
        Ok(test)
    }

    async fn finish(&self, mut tx: crate::db::Tx, actor: &Actor, action: &str, row: &NewChannelRow) -> Result<()> {
        let detail = json!({ "kind": row.kind, "recipient": row.recipient, "min_severity": row.min_severity,
            "is_active": row.is_active, "muted_until": row.muted_until, "settings": row.settings });
        self.audit(&mut tx, actor, action, &row.name, detail).await?;
        tx.commit().await?;
        self.ops.channels.invalidate();
        Ok(())
    }

    /// Validates the fallback: an existing other channel; 0 means none.
    async fn fallback(&self, id: Option<i64>, own: Option<i64>) -> Result<Option<i64>> {
        let Some(id) = id.filter(|id| *id != 0) else { return Ok(None) };
        if Some(id) == own {
            return Err(Error::invalid("fallback_id", "must be another channel").into());
        }
        match self.ops.db.find_channel(id).await? {
            Some(_) => Ok(Some(id)),
            None => Err(Error::invalid("fallback_id", "does not exist").into()),
        }
    }
}

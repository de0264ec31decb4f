//! Fetches button presses by long polling, which works behind NAT. One node polls at a time, under a lease.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use app::types::ChannelKind;
use teloxide::payloads::GetUpdatesSetters;
use teloxide::prelude::Requester;
use teloxide::types::{AllowedUpdate, Update, UpdateKind};
use teloxide::{ApiError, RequestError};
use tokio_util::sync::CancellationToken;

use super::{bot, callback};
use crate::channels::LoadedChannel;
use crate::db::Writer;
use crate::ops::Ops;

/// Duration of a long poll in seconds; shorter than the timeout of the HTTP client.
const POLL: u32 = 8;

/// Duration of the lease to poll, in milliseconds, and the shorter timeout of a round; updates that were not confirmed by
/// then are fetched again.
const LEASE: i64 = 30_000;
const ROUND: Duration = Duration::from_secs(25);

/// Pause after a round in which no bot was polled.
const PAUSE: Duration = Duration::from_secs(3);

/// The `offset` for the next `getUpdates`, by bot token.
type Offsets = HashMap<String, i32>;

/// Polls all bots until cancelled.
pub async fn poll(ops: Arc<Ops>, stop: CancellationToken) {
    let mut offsets = Offsets::new();
    while !stop.is_cancelled() {
        let round = async {
            if turn(&ops, &mut offsets).await.is_none() {
                tokio::time::sleep(PAUSE).await;
            }
        };
        tokio::select! {
            () = round => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Polls each bot once, concurrently, so that the round ends before the lease. `None` if there is no bot, another node has
/// the lease, or every poll failed.
async fn turn(ops: &Ops, offsets: &mut Offsets) -> Option<()> {
    let channels = ops.channels.list().await.ok()?;
    let mut bots: BTreeMap<&str, Vec<&LoadedChannel>> = BTreeMap::new();
    let is_bot = |channel: &&LoadedChannel| {
        channel.channel.kind == ChannelKind::Telegram && channel.channel.is_active && !channel.secret.is_empty()
    };
    for channel in channels.iter().filter(is_bot) {
        bots.entry(&channel.secret).or_default().push(channel);
    }
    let now = ops.now();
    if bots.is_empty() || !ops.db.take_lease("telegram_poller", &ops.node, now, now - LEASE).await.ok()? {
        return None;
    }
    let polls =
        bots.iter().map(|(secret, channels)| poll_one(ops, channels, offsets.get(*secret).copied().unwrap_or(0)));
    let polled = tokio::time::timeout(ROUND, futures::future::join_all(polls)).await.ok()?;
    let mut answered = None;
    for (secret, offset) in bots.keys().zip(polled) {
        if let Some(offset) = offset {
            offsets.insert((*secret).to_owned(), offset);
            answered = Some(());
        }
    }
    answered
}

const CONFLICT: &str = "buttons do not work: another process is polling this bot";

/// Sets the warning of these channels where it differs; `None` clears it.
async fn warn(ops: &Ops, channels: &[&LoadedChannel], warning: Option<&str>) {
    let other = |channel: &&&LoadedChannel| channel.channel.warning.as_deref() != warning;
    let ids: Vec<i64> = channels.iter().filter(other).map(|channel| channel.channel.id).collect();
    if ids.is_empty() {
        return;
    }
    let write = async {
        let mut tx = ops.db.begin(Writer::Person).await?;
        tx.warn_channels(&ids, warning).await?;
        tx.commit().await
    };
    if let Err(error) = write.await {
        tracing::warn!("cannot save the bot warning: {error}");
    }
    ops.channels.invalidate();
}

/// Polls the bot of these channels and handles the presses; returns the next `offset`.
async fn poll_one(ops: &Ops, channels: &[&LoadedChannel], mut offset: i32) -> Option<i32> {
    let bot = bot(ops, channels.first()?).ok()?;
    let asked = bot.get_updates().offset(offset).timeout(POLL).allowed_updates([AllowedUpdate::CallbackQuery]);
    let updates: Vec<Update> = match asked.await {
        Ok(updates) => {
            warn(ops, channels, None).await;
            updates
        }
        Err(error) => {
            let name = &channels.first()?.channel.name;
            tracing::debug!(channel = name, "cannot poll: {}", super::message::read(&error).words());
            if matches!(error, RequestError::Api(ApiError::TerminatedByOtherGetUpdates)) {
                warn(ops, channels, Some(CONFLICT)).await;
            }
            return None;
        }
    };
    for update in updates {
        offset = update.id.as_offset();
        if let UpdateKind::CallbackQuery(query) = update.kind {
            callback::handle_callback(ops, &bot, channels, query).await;
        }
    }
    Some(offset)
}

//! What people press under a message: fetched by long polling, so that it works behind a NAT. One node polls at a time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use app::types::{AlertChange, ChannelKind};
use teloxide::Bot;
use teloxide::payloads::{AnswerCallbackQuerySetters, EditMessageTextSetters, GetUpdatesSetters};
use teloxide::prelude::Requester;
use teloxide::types::{AllowedUpdate, CallbackQuery, ParseMode, Update, UpdateKind};
use tokio_util::sync::CancellationToken;

use super::bot;
use crate::changes::change_alerts;
use crate::channels::ReadyChannel;
use crate::notify::render::escaped;
use crate::ops::Ops;
use crate::provider::clean_line;

/// Seconds of a long poll; shorter than the client's patience.
const POLL: u32 = 8;

/// How long the right to poll holds, in milliseconds.
const LEASE: i64 = 30_000;

const PAUSE: Duration = Duration::from_secs(3);

/// Polls every bot until it is told to stop.
pub async fn poll(ops: Arc<Ops>, stop: CancellationToken) {
    let mut offsets: HashMap<String, i32> = HashMap::new();
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

/// One poll of each bot; None if there is nothing to poll or nobody lets us.
async fn turn(ops: &Ops, offsets: &mut HashMap<String, i32>) -> Option<()> {
    let channels = ops.channels.list().await.ok()?;
    let is_bot = |channel: &&ReadyChannel| channel.channel.kind == ChannelKind::Telegram && channel.channel.is_active;
    let bots: Vec<&ReadyChannel> = channels.iter().filter(is_bot).collect();
    let now = ops.now();
    if bots.is_empty() || !ops.db.take_lease("telegram_poller", &ops.node, now, now - LEASE).await.ok()? {
        return None;
    }
    let mut answered = None;
    for (i, channel) in bots.iter().enumerate() {
        if bots[..i].iter().any(|other| other.secret == channel.secret) {
            continue;
        }
        let offset = offsets.entry(channel.secret.clone()).or_default();
        if poll_one(ops, channel, &bots, offset).await.is_some() {
            answered = Some(());
        }
    }
    answered
}

async fn poll_one(ops: &Ops, channel: &ReadyChannel, bots: &[&ReadyChannel], offset: &mut i32) -> Option<()> {
    let bot = bot(ops, channel).ok()?;
    let asked = bot.get_updates().offset(*offset).timeout(POLL).allowed_updates([AllowedUpdate::CallbackQuery]);
    let updates: Vec<Update> = match asked.await {
        Ok(updates) => updates,
        Err(error) => {
            tracing::debug!(channel = channel.channel.name, "cannot poll: {}", super::message::read(&error).words());
            return None;
        }
    };
    for update in updates {
        *offset = update.id.as_offset();
        if let UpdateKind::CallbackQuery(query) = update.kind {
            let chats: Vec<&str> = bots
                .iter()
                .filter(|other| other.secret == channel.secret)
                .map(|other| other.channel.recipient.as_str())
                .collect();
            pressed(ops, &bot, &chats, query).await;
        }
    }
    Some(())
}

/// Does what a button says, if its chat is one of ours, and shows who did it.
async fn pressed(ops: &Ops, bot: &Bot, chats: &[&str], query: CallbackQuery) {
    let chat = query.message.as_ref().map(|message| message.chat());
    let is_ours = chat.is_some_and(|chat| {
        let name = chat.username().map(|name| format!("@{name}"));
        chats.iter().any(|ours| *ours == chat.id.to_string() || Some(*ours) == name.as_deref())
    });
    let who = query.from.username.clone().unwrap_or_else(|| query.from.first_name.clone());
    let who = clean_line(&who, 64);
    let done = if is_ours { act(ops, &who, query.data.as_deref().unwrap_or_default()).await } else { None };
    let words = done.clone().unwrap_or_else(|| "This cannot be done from here.".to_owned());
    if let Err(error) = bot.answer_callback_query(query.id.clone()).text(words).await {
        tracing::debug!("a button is not answered: {}", super::message::read(&error).words());
    }
    let (Some(done), Some(message)) = (done, query.regular_message()) else { return };
    let text = format!("{}\n\n✓ {}", escaped(message.text().unwrap_or_default()), escaped(&done));
    let mut edit = bot.edit_message_text(message.chat.id, message.id, text).parse_mode(ParseMode::Html);
    if let Some(buttons) = message.reply_markup().filter(|_| !done.starts_with("Resolved")) {
        edit = edit.reply_markup(buttons.clone());
    }
    if let Err(error) = edit.await {
        tracing::debug!("a message is not edited: {}", super::message::read(&error).words());
    }
}

/// `a:17` acknowledges, `r:17` resolves, `m:17` mutes for an hour.
async fn act(ops: &Ops, who: &str, data: &str) -> Option<String> {
    let (action, id) = data.split_once(':')?;
    let id: i64 = id.parse().ok()?;
    let actor = format!("telegram:{who}");
    let (change, word) = match action {
        "a" => (AlertChange::Acknowledge, "Acknowledged"),
        "r" => (AlertChange::Resolve, "Resolved"),
        "m" => (AlertChange::Mute, "Muted for 1 h"),
        _ => return None,
    };
    match change_alerts(ops, &actor, change, &[id]).await {
        Ok(changed) if changed.is_empty() => None,
        Ok(_) => Some(format!("{word} by {who}")),
        Err(error) => {
            tracing::error!(alert = id, "a button could not act: {error}");
            None
        }
    }
}

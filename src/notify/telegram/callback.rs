//! Button presses: authorization, the change of the alert, and the update of the message.

use app::types::AlertChange;
use teloxide::Bot;
use teloxide::payloads::{AnswerCallbackQuerySetters, EditMessageTextSetters};
use teloxide::prelude::Requester;
use teloxide::types::{CallbackQuery, Chat, Message, ParseMode};
use teloxide::utils::render::RenderMessageTextHelper;

use super::message::{no_preview, read};
use crate::changes::{Operation, change_alerts};
use crate::channels::LoadedChannel;
use crate::db::AlertUpdate;
use crate::notify::render::escaped;
use crate::ops::Ops;
use crate::provider::clean_line;

/// Handles a button press: changes the alert if permitted, answers the press, and notes under the message who did it.
/// `channels` are those of this bot.
pub async fn handle_callback(ops: &Ops, bot: &Bot, channels: &[&LoadedChannel], query: CallbackQuery) {
    let done = act(ops, channels, &query).await;
    let words = done.clone().unwrap_or_else(|| "This action is not available here.".to_owned());
    if let Err(error) = bot.answer_callback_query(query.id.clone()).text(words).await {
        tracing::debug!("cannot answer a button press: {}", read(&error).words());
    }
    if let (Some(done), Some(message)) = (done, query.regular_message()) {
        show(bot, message, &done).await;
    }
}

/// Returns what was done; `None` if it is not permitted or nothing changed.
async fn act(ops: &Ops, channels: &[&LoadedChannel], query: &CallbackQuery) -> Option<String> {
    let (change, word, alert) = command(query.data.as_deref()?)?;
    let chat = query.message.as_ref()?.chat();
    let may: Vec<i64> = channels.iter().filter(|c| may_press(c, chat, query.from.id.0)).map(|c| c.channel.id).collect();
    if may.is_empty() || !ops.db.is_known_to(alert, &may).await.ok()? {
        return None;
    }
    // The audit log needs the user id: a user name can be changed to any other.
    let name = query.from.username.as_ref().unwrap_or(&query.from.first_name);
    let who = clean_line(name, 64);
    let mut operation =
        Operation::new(&format!("telegram:{} {who}", query.from.id.0), AlertUpdate::new(change, ops.now()));
    match change_alerts(ops, &mut operation, &[alert]).await {
        Ok(0) => None,
        Ok(_) => Some(format!("{word} by {who}")),
        Err(error) => {
            tracing::error!(alert, "a button action failed: {error}");
            None
        }
    }
}

/// Parses callback data: `a:17` acknowledges alert 17, `r:17` resolves it, `m:17` mutes it for an hour.
fn command(data: &str) -> Option<(AlertChange, &'static str, i64)> {
    let (action, id) = data.split_once(':')?;
    let (change, word) = match action {
        "a" => (AlertChange::Acknowledge, "Acknowledged"),
        "r" => (AlertChange::Resolve, "Resolved"),
        "m" => (AlertChange::Mute, "Muted for 1 h"),
        _ => return None,
    };
    Some((change, word, id.parse().ok()?))
}

/// Whether a user may press buttons in this chat: it must be the chat of the channel, and the user must be listed in the
/// setting `users`. Without that setting anyone in the chat may, unless it is a public group or channel, which anyone can
/// join.
fn may_press(channel: &LoadedChannel, chat: &Chat, person: u64) -> bool {
    let is_own = channel.channel.recipient == chat.id.to_string();
    let is_public = !chat.is_private() && chat.username().is_some();
    let is_listed = |list: &str| list.split(',').any(|id| id.trim().parse() == Ok(person));
    is_own && channel.setting("users").map_or(!is_public, is_listed)
}

/// Appends what was done to the message, and keeps its text and links; also its buttons, unless the alert was resolved.
async fn show(bot: &Bot, message: &Message, done: &str) {
    let text = message.html_text().unwrap_or_default();
    let text = format!("{text}\n\n✓ {}", escaped(done));
    let mut edit = bot.edit_message_text(message.chat.id, message.id, text);
    edit = edit.parse_mode(ParseMode::Html).link_preview_options(no_preview());
    if let Some(buttons) = message.reply_markup().filter(|_| !done.starts_with("Resolved")) {
        edit = edit.reply_markup(buttons.clone());
    }
    if let Err(error) = edit.await {
        tracing::debug!("cannot edit a message: {}", read(&error).words());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::notify::golden;

    fn may(recipient: &str, users: &str, chat: Value, person: u64) -> bool {
        let mut channel = golden::channel();
        channel.channel.recipient = recipient.to_owned();
        channel.channel.settings.insert("users".to_owned(), users.into());
        may_press(&channel, &serde_json::from_value(chat).unwrap(), person)
    }

    #[test]
    fn a_button_acts_in_its_own_chat_for_those_on_the_list() {
        let group = json!({ "id": -100, "type": "supergroup", "title": "Ops" });
        assert!(may("-100", "", group.clone(), 7) && may("-100", "5, 7", group.clone(), 7));
        assert!(!may("-100", "5", group.clone(), 7) && !may("-101", "", group, 7));
    }

    #[test]
    fn nobody_acts_in_a_public_channel() {
        let channel = |name: &str| json!({ "id": -100, "type": "channel", "title": "Status", "username": name });
        assert!(!may("-100", "", channel("status"), 7) && !may("@status", "", channel("status"), 7));
        assert!(may("-100", "", json!({ "id": -100, "type": "channel", "title": "Private" }), 7));
    }

    #[test]
    fn in_a_public_group_only_those_on_the_list_act() {
        let group = json!({ "id": -100, "type": "supergroup", "title": "Ops", "username": "ops" });
        assert!(
            !may("-100", "", group.clone(), 7) && !may("-100", "5", group.clone(), 7) && may("-100", "7", group, 7)
        );
        let person = json!({ "id": 7, "type": "private", "first_name": "A", "username": "a" });
        assert!(may("7", "", person, 7), "a chat with the bot is not public");
    }

    #[test]
    fn only_known_commands_are_read() {
        assert_eq!(command("r:17"), Some((AlertChange::Resolve, "Resolved", 17)));
        for data in ["", "r", "r:", "x:17", "r:17:1", "r:99999999999999999999"] {
            assert_eq!(command(data), None, "{data}");
        }
    }
}

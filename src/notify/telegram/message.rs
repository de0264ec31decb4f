//! One message to one chat.

use teloxide::payloads::SendMessageSetters;
use teloxide::prelude::Requester;
use teloxide::types::{ChatId, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ParseMode, Recipient};
use teloxide::{ApiError, RequestError};

use super::bot;
use crate::channels::ReadyChannel;
use crate::notify::Outcome;
use crate::notify::render::{Escape, Message, escaped};
use crate::ops::Ops;
use crate::provider::clean_line;

/// UTF-16 units of a message (Telegram Bot API, sendMessage).
const MOST: usize = 4096;

pub async fn send(ops: &Ops, channel: &ReadyChannel, message: &Message) -> Outcome {
    let bot = match bot(ops, channel) {
        Ok(bot) => bot,
        Err(why) => return Outcome::Broken(why),
    };
    let mut request =
        bot.send_message(recipient(&channel.channel.recipient), text(message)).parse_mode(ParseMode::Html);
    request = request.link_preview_options(no_preview());
    if let Some(buttons) = message.alert_id.and_then(|id| buttons(id, &channel.channel.recipient, message)) {
        request = request.reply_markup(buttons);
    }
    match request.await {
        Ok(sent) => Outcome::Sent(format!("message {}", sent.id.0)),
        Err(error) => read(&error),
    }
}

/// Links of ours need a sign-in: there is nothing to preview.
pub const fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

/// A chat's number, or the name of a public channel.
fn recipient(text: &str) -> Recipient {
    match text.parse() {
        Ok(id) => Recipient::Id(ChatId(id)),
        Err(_) => Recipient::ChannelUsername(text.to_owned()),
    }
}

/// HTML whose text is escaped, and short enough; what is too long is cut out of the body, never out of the markup.
pub fn text(message: &Message) -> String {
    let mut body = message.body.clone();
    loop {
        let shorter = Message { body: body.clone(), ..message.clone() };
        let html = whole(&shorter);
        let surplus = html.encode_utf16().count().saturating_sub(MOST);
        if surplus == 0 || body.is_empty() {
            return if surplus == 0 {
                html
            } else {
                escaped(&crate::notify::render::cut_utf16(&message.headline(), MOST / 5))
            };
        }
        let keep = body.chars().count().saturating_sub(surplus + 1);
        body = body.chars().take(keep).collect();
        if !body.is_empty() {
            body.push('…');
        }
    }
}

fn whole(message: &Message) -> String {
    if let Some(custom) = message.custom(message.template.as_deref(), Escape::Html) {
        return custom;
    }
    let mut parts = vec![format!("{}\n", escaped(&message.headline()))];
    parts.extend((!message.body.is_empty()).then(|| format!("{}\n", escaped(&message.body))));
    let foot = [escaped(&message.source), message.severity.to_string(), message.note().to_owned()];
    let foot = foot.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    parts.push(format!("{foot}\n<a href=\"{}\">Open in OpsCenter</a>", escaped(&message.link).replace('"', "&quot;")));
    parts.join("\n")
}

/// Acknowledge, resolve, mute; not under the end of an alert, and not where anybody may press: a name stands for a public chat.
fn buttons(id: i64, recipient: &str, message: &Message) -> Option<InlineKeyboardMarkup> {
    let button = |word: &str, action: char| InlineKeyboardButton::callback(word.to_owned(), format!("{action}:{id}"));
    let row = [button("Acknowledge", 'a'), button("Resolve", 'r'), button("Mute 1 h", 'm')];
    let is_over = message.kind == app::types::NotificationKind::Resolved;
    (!is_over && !recipient.starts_with('@')).then(|| InlineKeyboardMarkup::new([row]))
}

/// What an error means. Network errors are told without their URL, which holds the token.
pub fn read(error: &RequestError) -> Outcome {
    match error {
        RequestError::RetryAfter(seconds) => {
            let after = i64::from(seconds.seconds());
            Outcome::Later { error: format!("429, retry after {after} s"), after: Some(after * 1000) }
        }
        RequestError::Api(error) => api(error),
        RequestError::MigrateToChatId(chat) => {
            Outcome::Broken(format!("the group is a supergroup now, with the chat id {chat}"))
        }
        RequestError::Network(error) if error.is_timeout() => {
            Outcome::Later { error: "no answer in time".to_owned(), after: None }
        }
        RequestError::Network(_) => Outcome::Later { error: "the connection failed".to_owned(), after: None },
        RequestError::InvalidJson { .. } => {
            Outcome::Later { error: "the answer is not Telegram's".to_owned(), after: None }
        }
        RequestError::Io(_) => Outcome::Later { error: "reading failed".to_owned(), after: None },
    }
}

fn api(error: &ApiError) -> Outcome {
    let words = clean_line(&error.to_string(), 300);
    match error {
        ApiError::BotBlocked
        | ApiError::BotKicked
        | ApiError::BotKickedFromSupergroup
        | ApiError::BotKickedFromChannel
        | ApiError::ChatNotFound
        | ApiError::UserDeactivated
        | ApiError::InvalidToken
        | ApiError::UserNotFound
        | ApiError::GroupDeactivated => Outcome::Broken(words),
        _ if is_passing(&words) => Outcome::Later { error: words, after: None },
        _ if words.contains("Forbidden") || words.contains("Unauthorized") => Outcome::Broken(words),
        _ => Outcome::Refused(words),
    }
}

/// Telegram's own trouble, which teloxide does not tell apart.
fn is_passing(words: &str) -> bool {
    ["Internal Server Error", "Bad Gateway", "Gateway Timeout", "Service Unavailable"]
        .iter()
        .any(|word| words.contains(word))
}

//! Sends messages to a chat.

use teloxide::payloads::SendMessageSetters;
use teloxide::prelude::Requester;
use teloxide::types::{
    ChatId, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, MessageId, ParseMode, Recipient, ThreadId,
};
use teloxide::{ApiError, Bot, RequestError};

use super::bot;
use crate::channels::LoadedChannel;
use crate::db::Writer;
use crate::notify::Outcome;
use crate::notify::render::{Escape, Message, cut_utf16, escaped};
use crate::ops::Ops;
use crate::provider::clean_line;

/// Maximum length of a message in UTF-16 code units (Telegram Bot API, sendMessage).
const MOST: usize = 4096;

/// Sends the message to the chat of the channel. If a group became a supergroup, updates its chat id.
pub async fn send(ops: &Ops, channel: &LoadedChannel, message: &Message) -> Outcome {
    let bot = match bot(ops, channel) {
        Ok(bot) => bot,
        Err(why) => return Outcome::Broken(why),
    };
    match send_to(&bot, channel, &channel.channel.recipient, message).await {
        // A group that was upgraded to a supergroup has a new chat id.
        Err(RequestError::MigrateToChatId(chat)) => {
            let chat = chat.0.to_string();
            let sent = send_to(&bot, channel, &chat, message).await;
            if sent.is_ok() {
                follow(ops, channel, &chat).await;
            }
            outcome(sent)
        }
        sent => outcome(sent),
    }
}

fn outcome(sent: Result<String, RequestError>) -> Outcome {
    sent.map_or_else(|error| read(&error), Outcome::Sent)
}

/// Returns the text for the log, with the message id.
async fn send_to(bot: &Bot, channel: &LoadedChannel, chat: &str, message: &Message) -> Result<String, RequestError> {
    let mut request = bot.send_message(recipient(chat), text(message)).parse_mode(ParseMode::Html);
    request = request.link_preview_options(no_preview());
    if let Some(thread) = channel.setting("thread").and_then(|thread| thread.parse().ok()) {
        request = request.message_thread_id(ThreadId(MessageId(thread)));
    }
    if let Some(buttons) = message.alert_id.and_then(|id| buttons(id, chat, message)) {
        request = request.reply_markup(buttons);
    }
    Ok(format!("message {}", request.await?.id.0))
}

/// Saves the new chat id.
async fn follow(ops: &Ops, channel: &LoadedChannel, chat: &str) {
    let moved = async {
        let mut tx = ops.db.begin(Writer::Person).await?;
        tx.move_channel(channel.channel.id, chat, ops.now()).await?;
        tx.commit().await
    };
    if let Err(error) = moved.await {
        tracing::warn!(channel = channel.channel.name, "cannot save the new chat ID: {error}");
    }
    ops.channels.invalidate();
}

/// Disables previews: links to OpsCenter require a login.
pub const fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

/// A chat id, or the `@name` of a public channel.
fn recipient(text: &str) -> Recipient {
    match text.parse() {
        Ok(id) => Recipient::Id(ChatId(id)),
        Err(_) => Recipient::ChannelUsername(text.to_owned()),
    }
}

/// The message as HTML within the size limit. The body is truncated before it is escaped, so that no markup is cut; the
/// longest prefix that fits is found by binary search. If not even an empty body fits, only the headline is sent.
pub fn text(message: &Message) -> String {
    let html = whole(message);
    if fits(&html) {
        return html;
    }
    let chars: Vec<char> = message.body.chars().collect();
    let cut = |keep: usize| whole(&Message { body: chars[..keep].iter().chain(&['…']).collect(), ..message.clone() });
    let (mut least, mut most) = (0, chars.len());
    while least < most {
        let middle = (least + most).div_ceil(2);
        if fits(&cut(middle)) { least = middle } else { most = middle - 1 }
    }
    let html = cut(least);
    if fits(&html) { html } else { escaped(&cut_utf16(&message.headline(), MOST / 5)) }
}

fn fits(html: &str) -> bool {
    html.encode_utf16().count() <= MOST
}

/// The message as HTML of any length.
fn whole(message: &Message) -> String {
    if let Some(custom) = message.custom(message.template.as_deref(), Escape::Html) {
        return custom;
    }
    let mut parts = vec![format!("{}\n", escaped(&message.headline()))];
    parts.extend((!message.body.is_empty()).then(|| format!("{}\n", escaped(&message.body))));
    let foot = [escaped(&message.source), message.severity.to_string(), escaped(&message.note)];
    let foot = foot.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    parts.push(format!("{foot}\n<a href=\"{}\">Open in OpsCenter</a>", escaped(&message.link).replace('"', "&quot;")));
    parts.join("\n")
}

/// Buttons to acknowledge, resolve and mute. None for resolved alerts, and none in public chats, which are addressed by
/// `@name`.
fn buttons(id: i64, recipient: &str, message: &Message) -> Option<InlineKeyboardMarkup> {
    let button = |word: &str, action: char| InlineKeyboardButton::callback(word.to_owned(), format!("{action}:{id}"));
    let row = [button("Acknowledge", 'a'), button("Resolve", 'r'), button("Mute 1 h", 'm')];
    let is_over = message.kind == app::types::NotificationKind::Resolved;
    (!is_over && !recipient.starts_with('@')).then(|| InlineKeyboardMarkup::new([row]))
}

/// Classifies an error. The text of a network error omits the URL, which contains the token.
pub fn read(error: &RequestError) -> Outcome {
    match error {
        RequestError::RetryAfter(seconds) => {
            let after = i64::from(seconds.seconds());
            Outcome::Later { error: format!("429, retry after {after} s"), after: Some(after * 1000) }
        }
        RequestError::Api(error) => api(error),
        RequestError::MigrateToChatId(chat) => {
            Outcome::Later { error: format!("the group was upgraded to a supergroup with chat ID {chat}"), after: None }
        }
        RequestError::Network(error) if error.is_timeout() => {
            Outcome::Later { error: "timed out".to_owned(), after: None }
        }
        RequestError::Network(_) => Outcome::Later { error: "the connection failed".to_owned(), after: None },
        RequestError::InvalidJson { .. } => {
            Outcome::Later { error: "unexpected response, not from Telegram".to_owned(), after: None }
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

/// Server errors of Telegram, for which teloxide has no variant.
fn is_passing(words: &str) -> bool {
    ["Internal Server Error", "Bad Gateway", "Gateway Timeout", "Service Unavailable"]
        .iter()
        .any(|word| words.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::golden::channel;
    use crate::notify::render;

    #[test]
    fn a_body_dense_in_entities_is_cut_and_not_dropped() {
        let of = |body: String| text(&Message { body, ..render::test(&channel(), "https://ops.example.com") });
        let dense = of("&<>".repeat(3_000));
        assert!(dense.encode_utf16().count() <= MOST && dense.matches("&amp;").count() > 250, "{}", dense.len());
        assert!(dense.contains('…') && dense.ends_with("Open in OpsCenter</a>"));
        let plain = of("x".repeat(9_000));
        assert_eq!(plain.encode_utf16().count(), MOST, "no more is cut than must be");
        assert!(of("short".to_owned()).contains("short\n"));
    }
}

//! The rate limits of the providers.

use app::types::ChannelKind;
use app::types::time::{MINUTE, SECOND};

use crate::channels::LoadedChannel;
use crate::limiter::Limit;

/// The limits of a channel; `reserve` of Telegram's messages per minute are kept free.
///
/// Telegram: 20 a minute and one a second per chat, 30 a second in total (Telegram, "Broadcasting to users", and its bot
/// FAQ). Slack: one a second (Slack, "Rate limits"). Email and Web Push use the limit of Slack. Windows of a recipient are `MARGIN`
/// longer, since the provider counts on arrival and latency varies.
pub fn limits(channel: &LoadedChannel, reserve: u32) -> Vec<Limit> {
    let limit = |key: String, most, span| Limit { key, most, span };
    let recipient = crate::crypto::token_hash(&format!("{}{}", channel.channel.recipient, channel.secret));
    let own = format!("{}:{}", channel.channel.kind, &recipient[..16]);
    let mut limits = vec![limit(format!("{own}:s"), 1, SECOND + MARGIN)];
    if channel.channel.kind == ChannelKind::Telegram {
        limits.push(limit(format!("{own}:m"), PER_MINUTE - reserve, MINUTE + MARGIN));
        limits.push(limit(EVERY_CHAT.to_owned(), 30, SECOND));
    }
    limits
}

/// The limits of the recipient alone: a wait that the provider requests for one chat must not block the others.
pub fn own_limits(channel: &LoadedChannel) -> Vec<Limit> {
    let mut limits = limits(channel, 0);
    limits.retain(|limit| limit.key != EVERY_CHAT);
    limits
}

/// Key of the limit across all Telegram chats.
const EVERY_CHAT: &str = "telegram:all";

/// Maximum number of messages a minute to one Telegram chat.
pub const PER_MINUTE: u32 = 20;

/// Allowance for varying latency, in milliseconds.
const MARGIN: i64 = SECOND / 4;

//! The providers' limits.

use app::types::ChannelKind;
use app::types::time::{MINUTE, SECOND};

use crate::channels::LoadedChannel;
use crate::limiter::Limit;

/// Telegram: 20 a minute and one a second to a chat, 30 a second over all (Telegram, "Broadcasting to users", and its bot
/// FAQ). Slack: one a second (Slack, "Rate limits"). Mail keeps the same pace as Slack. Spans are a quarter of a second longer,
/// since the provider counts at its own end and the way there is not always equally long.
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

/// Those of the channel's own recipient: what one chat is asked to wait stops no other.
pub fn own_limits(channel: &LoadedChannel) -> Vec<Limit> {
    let mut limits = limits(channel, 0);
    limits.retain(|limit| limit.key != EVERY_CHAT);
    limits
}

/// All messages of the bot.
const EVERY_CHAT: &str = "telegram:all";

/// Messages a minute to one Telegram chat.
pub const PER_MINUTE: u32 = 20;

/// How much later than another message one may set out and still arrive within the same span, in milliseconds.
const MARGIN: i64 = SECOND / 4;

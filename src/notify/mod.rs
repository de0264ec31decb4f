//! Notify: from an alert that is due to a person. `sender` takes what is due, `plan` decides what goes on its own and what
//! in a digest, `limits` are the providers', `render` writes, one file a channel sends, and `settle` logs what came of it.
//!
//! A failure never blocks webhooks or other channels: each channel is drained by a task of its own.

mod email;
#[cfg(test)]
mod golden;
mod limits;
mod outcome;
mod plan;
pub mod render;
mod sender;
mod settle;
mod slack;
mod telegram;

pub use email::is_mail_address;
pub use limits::{PER_MINUTE, limits};
pub use outcome::Outcome;
pub use sender::notify;
pub use settle::send_test;
pub use telegram::poll;

use crate::channels::ReadyChannel;
use crate::ops::Ops;
use render::Message;

/// Whether a channel can be reached, without telling anybody anything; in the provider's words.
pub async fn check(ops: &Ops, channel: &ReadyChannel) -> Result<String, String> {
    use app::types::ChannelKind;
    match channel.channel.kind {
        ChannelKind::Telegram => telegram::check(ops, channel).await,
        ChannelKind::Email => email::check(ops).await,
        ChannelKind::Slack => {
            let checked = ops.outgoing.check(&channel.secret, channel.trust);
            checked.map(|_| "the URL is allowed (only a message would tell more)".to_owned()).map_err(|e| e.to_string())
        }
    }
}

/// Sends one message by whatever the channel is.
async fn send(ops: &Ops, channel: &ReadyChannel, message: &Message) -> Outcome {
    use app::types::ChannelKind;
    match channel.channel.kind {
        ChannelKind::Telegram => telegram::send(ops, channel, message).await,
        ChannelKind::Email => email::send(ops, channel, message).await,
        ChannelKind::Slack => slack::send(ops, channel, message).await,
    }
}

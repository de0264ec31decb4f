//! Notify: from an alert that is due to a person. `sender` drains each channel, `plan` decides what goes on its
//! own and what in a digest, `limits` are the providers', `claim` takes the rows, `message` and `render` write, one file a channel
//! sends, `settle` logs what came of it, and `overdue` hands on what waits too long.
//!
//! A failure never blocks webhooks or other channels: each channel is drained by a task of its own.

mod busy;
mod claim;
mod email;
#[cfg(test)]
mod golden;
mod limits;
mod message;
mod outcome;
mod overdue;
mod plan;
mod record_outcome;
pub mod render;
mod sender;
mod slack;
mod telegram;

pub use email::{check_smtp_url, is_mail_address};
pub use limits::{PER_MINUTE, limits};
pub use outcome::Outcome;
pub use record_outcome::send_test;
pub use sender::notify;
pub use telegram::poll;

use std::time::Duration;

use crate::channels::LoadedChannel;
use crate::ops::Ops;
use render::Message;

/// For a whole message, whatever the provider does: shorter than the claim of the sender holds.
const DEADLINE: Duration = Duration::from_secs(30);

/// Whether a channel can be reached, without telling anybody anything; in the provider's words.
pub async fn check(ops: &Ops, channel: &LoadedChannel) -> Result<String, String> {
    let asked = tokio::time::timeout(DEADLINE, ask(ops, channel)).await;
    asked.unwrap_or_else(|_| Err(no_answer()))
}

fn no_answer() -> String {
    format!("no answer within {} s", DEADLINE.as_secs())
}

async fn ask(ops: &Ops, channel: &LoadedChannel) -> Result<String, String> {
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

/// Sends one message by whatever the channel is, in bounded time.
async fn send(ops: &Ops, channel: &LoadedChannel, message: &Message) -> Outcome {
    bounded(send_by(ops, channel, message)).await
}

async fn bounded(sending: impl Future<Output = Outcome>) -> Outcome {
    let sent = tokio::time::timeout(DEADLINE, sending).await;
    sent.unwrap_or_else(|_| Outcome::Later { error: no_answer(), after: None })
}

async fn send_by(ops: &Ops, channel: &LoadedChannel, message: &Message) -> Outcome {
    use app::types::ChannelKind;
    match channel.channel.kind {
        ChannelKind::Telegram => telegram::send(ops, channel, message).await,
        ChannelKind::Email => email::send(ops, channel, message).await,
        ChannelKind::Slack => slack::send(ops, channel, message).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_provider_that_never_answers_is_left() {
        let outcome = bounded(std::future::pending()).await;
        assert_eq!(outcome, Outcome::Later { error: "no answer within 30 s".to_owned(), after: None });
    }
}

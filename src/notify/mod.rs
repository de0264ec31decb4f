//! Sends the notifications of the outbox. `sender` drains each channel, `plan` chooses between single messages and digests,
//! `limits` has the rate limits of the providers, `claim` leases rows, `message` and `render` compose the text, `telegram`,
//! `email`, `slack` and `push` send it, `record_outcome` records the result, and `overdue` hands over to fallback channels.
//!
//! A failing channel blocks neither webhooks nor other channels: each channel is drained by its own task.

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
mod preview;
pub mod push;
mod record_outcome;
pub mod render;
mod sender;
mod slack;
mod telegram;

pub use email::{check_smtp_url, is_mail_address};
pub use limits::{PER_MINUTE, limits};
pub use outcome::Outcome;
pub use preview::preview;
pub use record_outcome::send_test;
pub use sender::notify;
pub use telegram::poll;

use std::time::Duration;

use crate::channels::LoadedChannel;
use crate::ops::Ops;
use render::Message;

/// Timeout of sending one message. Shorter than the lease, so that no other sender can claim its rows meanwhile.
const DEADLINE: Duration = Duration::from_secs(30);

/// Checks a channel without sending a message: the bot token for Telegram, the login for email, only the URL for Slack and Web Push. Both
/// the result and the error are texts to show.
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
        ChannelKind::Slack => check_url(ops, channel, &channel.secret),
        ChannelKind::Push => check_url(ops, channel, &push::Subscription::read(&channel.secret)?.endpoint),
    }
}

fn check_url(ops: &Ops, channel: &LoadedChannel, url: &str) -> Result<String, String> {
    let checked = ops.outgoing.check(url, channel.trust);
    checked
        .map(|_| "the URL is allowed; send a test message to check that it works".to_owned())
        .map_err(|error| error.to_string())
}

/// Sends one message within [`DEADLINE`]; a timeout can be retried.
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
        ChannelKind::Push => push::send(ops, channel, message).await,
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

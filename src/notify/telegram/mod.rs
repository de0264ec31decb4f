//! Telegram, via a bot: messages with buttons, and the handling of button presses.

mod callback;
mod message;
mod poll;

pub use message::send;
pub use message::text;
pub use poll::poll;

use teloxide::Bot;

use crate::channels::LoadedChannel;
use crate::ops::Ops;
use crate::outgoing::Trust;

/// The Bot API. Only `TELEGRAM_API_URL` can replace it, and only for the channel from the environment.
const TELEGRAM: &str = "https://api.telegram.org";

/// The bot of a channel, with the HTTP client for its trust. The error is a text to show.
fn bot(ops: &Ops, channel: &LoadedChannel) -> Result<Bot, String> {
    let named = match channel.trust {
        Trust::Environment => ops.config.telegram_api_url.as_str(),
        Trust::Nobody => TELEGRAM,
    };
    let url = if named.is_empty() { TELEGRAM } else { named };
    let url = ops.outgoing.check(url, channel.trust).map_err(|error| error.to_string())?;
    let client = ops.outgoing.client(&url, channel.trust).clone();
    Ok(Bot::with_client(channel.secret.as_str(), client).set_api_url(url))
}

/// Checks the token by asking for the name of the bot (`getMe`).
pub async fn check(ops: &Ops, channel: &LoadedChannel) -> Result<String, String> {
    use teloxide::prelude::Requester;
    match bot(ops, channel)?.get_me().await {
        Ok(me) => Ok(format!("the bot is @{}", me.username())),
        Err(error) => Err(message::read(&error).words().to_owned()),
    }
}

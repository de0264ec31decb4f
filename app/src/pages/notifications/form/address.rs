//! Name, recipient and secret of a channel, in the terms of its provider.

use leptos::prelude::*;

use crate::Error;
use crate::types::{Channel, ChannelKind};
use crate::ui::{Field, error_of};

/// Label and hint of a field.
type Words = (&'static str, &'static str);

/// The recipient; `None` if the secret holds it.
const fn recipient(kind: ChannelKind) -> Option<Words> {
    match kind {
        ChannelKind::Telegram => Some(("Chat ID", "A number such as -1001234567890, or @name of a public channel")),
        ChannelKind::Email => Some(("Email addresses", "Separated by commas")),
        ChannelKind::Slack | ChannelKind::Push => None,
    }
}

/// The secret; `None` if the kind has none.
const fn secret(kind: ChannelKind) -> Option<Words> {
    match kind {
        ChannelKind::Telegram => {
            Some(("Bot token", "From @BotFather. Stored encrypted; leave blank to keep the current one"))
        }
        ChannelKind::Email | ChannelKind::Push => None,
        ChannelKind::Slack => Some((
            "Webhook URL",
            "From Incoming Webhooks of your Slack app. Stored encrypted; leave blank to keep the current one",
        )),
    }
}

/// The fields. Recipient and secret of a channel that the environment defines cannot be changed here.
#[component]
pub fn Address(
    kind: ChannelKind,
    channel: Option<Channel>,
    within: String,
    error: Signal<Option<Error>>,
) -> impl IntoView {
    let name = channel.as_ref().map_or_else(String::new, |channel| channel.name.clone());
    let is_ours = channel.as_ref().is_some_and(Channel::is_from_environment);
    let value = channel.map_or_else(String::new, |channel| channel.recipient);
    let to = recipient(kind).filter(|_| !is_ours).map(|(label, hint)| {
        view! {
            <Field id="recipient" name="fields[recipient]" within=within.clone() label value mono=true hint
                error=error_of(error, "recipient")/>
        }
    });
    let with = secret(kind).filter(|_| !is_ours).map(|(label, hint)| {
        view! {
            <Field id="secret" name="fields[secret]" within=within.clone() label kind="password"
                autocomplete="new-password" mono=true hint error=error_of(error, "secret")/>
        }
    });
    view! {
        <Field id="name" name="fields[name]" within=within.clone() label="Name" value=name required=true
            error=error_of(error, "name")/>
        {to}{with}
    }
}

//! The fields of a channel: those that its kind has.

mod address;
mod message;
mod preview;
mod routing;

use leptos::prelude::*;

use super::actions::ChannelActions;
use crate::Error;
use crate::api::notifications::SaveChannel;
use crate::pages::post::{Post, PostForm, reload_after};
use crate::types::{Channel, ChannelKind, SourceName};
use crate::ui::{ErrorBanner, Icon};

use address::Address;
use message::MessageFields;
use routing::Routing;

/// What a form offers to choose from.
#[derive(Clone)]
pub struct Known {
    /// All channels, as fallbacks.
    pub channels: Vec<Channel>,
    /// All sources.
    pub sources: Vec<SourceName>,
}

/// The form to change `channel`.
#[component]
pub fn EditForm(channel: Channel, known: Known, acts: ChannelActions) -> impl IntoView {
    let save = Post::to::<SaveChannel>();
    reload_after(save, acts.version);
    acts.show_test_of(save);
    // Until this form was submitted, an error belongs to a form posted without JavaScript; the page shows that one.
    let error = Signal::derive(move || save.error().filter(|_| save.version() > 0));
    view! {
        <PostForm post=save>
            <input type="hidden" name="id" value=channel.id/>
            <Fields kind=channel.kind channel=Some(channel) known error/>
            <SaveButtons pending=Signal::derive(move || save.pending())/>
        </PostForm>
    }
}

/// Saves, with or without a test message.
#[component]
pub fn SaveButtons(pending: Signal<bool>) -> impl IntoView {
    view! {
        <div class="button-row">
            <button class="button" data-kind="primary" disabled=pending>"Save"</button>
            <button class="button" name="test" value="true" disabled=pending>
                <Icon data=icondata_lu::LuSend/>"Save and send a test"
            </button>
        </div>
    }
}

/// All fields, and an error that belongs to none of them.
#[component]
pub fn Fields(
    kind: ChannelKind,
    channel: Option<Channel>,
    known: Known,
    error: Signal<Option<Error>>,
) -> impl IntoView {
    let at_fields = ["name", "recipient", "secret", "settings.template"];
    let elsewhere = move || error.get().filter(|e| e.field().is_none_or(|field| !at_fields.contains(&field)));
    let within = format!("channel-{}-", channel.as_ref().map_or(0, |channel| channel.id));
    view! {
        <div class="fields">
            <Address kind channel=channel.clone() within=within.clone() error/>
            <Routing channel=channel.clone() known/>
            <MessageFields kind channel within error/>
        </div>
        {move || elsewhere().map(|error| view! { <ErrorBanner error/> })}
    }
}

/// A setting as text; empty if it is not set.
fn setting(channel: Option<&Channel>, name: &str) -> String {
    let value = channel.and_then(|channel| channel.settings.get(name)?.as_str().map(str::to_owned));
    value.unwrap_or_default()
}

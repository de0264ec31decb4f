//! Adding a channel: the kind first, then its form.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::actions::ChannelActions;
use super::form::{Fields, Known, SaveButtons};
use crate::api::notifications::AddChannel;
use crate::pages::post::{Post, PostForm, reload_after};
use crate::types::ChannelKind;
use crate::ui::{Address, Icon};

/// Links to choose the kind, and the form for the kind in the URL (`?add=slack`).
#[component]
pub fn AddChannelCard(known: Known, acts: ChannelActions) -> impl IntoView {
    let query = use_query_map();
    let kind = Memo::new(move |_| query.with(|query| query.get("add")?.parse::<ChannelKind>().ok()));
    let link = move |of: ChannelKind| {
        let href = Address::new("/notifications/channels").with("add", Some(of.to_string())).href();
        let is_on = move || (kind.get() == Some(of)).then_some("true");
        view! {
            <a class="provider" href=href aria-current=is_on data-noscroll="">
                <Icon data=icon(of)/><span>{of.label()}</span>
            </a>
        }
    };
    // Keyed by kind, so that another kind starts with an empty form.
    let form = view! {
        <For each=move || kind.get() key=|kind| kind.as_str() let:kind>
            {if kind == ChannelKind::Push {
                view! { <PushNote/> }.into_any()
            } else {
                view! { <AddForm kind known=known.clone() acts/> }.into_any()
            }}
        </For>
    };
    view! {
        <section class="card block" aria-labelledby="add-channel">
            <header class="card-head"><h2 id="add-channel">"Add a channel"</h2></header>
            <nav class="providers channel-kinds" aria-label="Kind of channel">
                {ChannelKind::ALL.iter().copied().map(link).collect_view()}
            </nav>
            {form}
        </section>
    }
}

/// How to add a browser, which can only subscribe itself.
#[component]
fn PushNote() -> impl IntoView {
    view! {
        <p class="list-note">
            "Open OpsCenter over HTTPS in the browser that should receive alerts, for example on your phone, and choose Push \
             notifications in the account menu. On an iPhone or iPad, first add OpsCenter to the Home Screen. The browser \
             then appears here as a channel."
        </p>
    }
}

#[component]
fn AddForm(kind: ChannelKind, known: Known, acts: ChannelActions) -> impl IntoView {
    let add = Post::to::<AddChannel>();
    reload_after(add, acts.version);
    acts.show_test_of(add);
    let error = Signal::derive(move || add.error());
    view! {
        <PostForm post=add clears=true>
            <input type="hidden" name="kind" value=kind.as_str()/>
            <Fields kind channel=None known error/>
            <SaveButtons pending=Signal::derive(move || add.pending())/>
        </PostForm>
    }
}

const fn icon(kind: ChannelKind) -> icondata_core::Icon {
    match kind {
        ChannelKind::Telegram => icondata_lu::LuSend,
        ChannelKind::Email => icondata_lu::LuMail,
        ChannelKind::Slack => icondata_lu::LuHash,
        ChannelKind::Push => icondata_lu::LuBellRing,
    }
}

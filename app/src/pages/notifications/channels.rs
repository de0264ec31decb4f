//! The channels: state, remaining rate limit, and a test that shows the provider's response.

use leptos::prelude::*;

use super::actions::ChannelActions;
use super::add::AddChannelCard;
use super::card::Card;
use super::form::Known;
use super::{Tabs, Undelivered};
use crate::api::call::Call;
use crate::api::notifications::ListNotifications;
use crate::live::Live;
use crate::pages::load::Load;
use crate::pages::may::may_set_up;
use crate::types::{ChannelRow, NotificationList};
use crate::ui::{ConnectionLost, ErrorBanner, PageTitle};

/// `/notifications/channels`.
#[component]
pub fn ChannelsPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let acts = ChannelActions::new();
    let list = Load::new(move || {
        Call::of(ListNotifications { query: Default::default() }).at(&[acts.version.get(), live.reload.get()])
    });
    view! {
        <PageTitle text="Channels"/>
        {list.show(move |found| view! { <Loaded found acts/> }.into_any())}
    }
}

#[component]
fn Loaded(found: NotificationList, acts: ChannelActions) -> impl IntoView {
    let channels = found.channels.iter().map(|row| row.channel.clone()).collect();
    let known = Known { channels, sources: found.sources };
    let add = may_set_up().then(|| {
        view! { <AddChannelCard known=known.clone() acts/> }
    });
    let card = move |row: ChannelRow| view! { <Card row known=known.clone() acts/> };
    view! {
        <header class="list-head">
            <div class="list-title"><h1>"Notifications"</h1><Tabs current="/notifications/channels"/></div>
            <ConnectionLost/>
            <Undelivered count=found.untold reasons=found.untold_reasons retry=acts.retry/>
            {move || acts.error().map(|error| view! { <ErrorBanner error/> })}
        </header>
        <div class="page channels">{found.channels.into_iter().map(card).collect_view()}{add}</div>
    }
}

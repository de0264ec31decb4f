//! The log: every notification with the provider's response.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::filters::{Filters, View};
use super::table::Table;
use super::{Tabs, Undelivered};
use crate::api::call::Call;
use crate::api::notifications::{ListNotifications, RetryNotification, RetryUndelivered};
use crate::live::{Clock, Live};
use crate::pages::load::Load;
use crate::pages::post::Post;
use crate::types::NotificationList;
use crate::ui::list::OlderLink;
use crate::ui::{ConnectionLost, Empty, ErrorBanner, NothingMatches, PageTitle};

/// `/notifications`, with the filters in the query string.
#[component]
pub fn NotificationsPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let query = use_query_map();
    let view_of = Memo::new(move |_| query.with(View::read));
    let retry = Post::to::<RetryNotification>();
    let retry_all = Post::to::<RetryUndelivered>();
    let now = expect_context::<Clock>().at;
    let list = Load::new(move || {
        let versions = [retry.version(), retry_all.version(), live.reload.get()];
        let query = view_of.with(|view| view.query(now.get_untracked()));
        Call::of(ListNotifications { query }).at(&versions)
    });
    view! {
        <PageTitle text="Notifications"/>
        {list.show(move |found| view! { <Loaded found view_of retry retry_all/> }.into_any())}
    }
}

#[component]
fn Loaded(found: NotificationList, view_of: Memo<View>, retry: Post<()>, retry_all: Post<()>) -> impl IntoView {
    let older = found.page.next.clone().map(|cursor| view_of.with_untracked(|view| view.with_cursor(cursor)));
    let has_channels = !found.channels.is_empty();
    let body = if found.page.items.is_empty() && view_of.with_untracked(|view| !view.is_default()) {
        view! { <NothingMatches what="notification" clear="/notifications"/> }.into_any()
    } else if found.page.items.is_empty() {
        view! { <Nothing has_channels/> }.into_any()
    } else {
        view! { <Table items=found.page.items retry/><OlderLink href=older/> }.into_any()
    };
    view! {
        <header class="list-head">
            <div class="list-title"><h1>"Notifications"</h1><Tabs current="/notifications"/></div>
            <ConnectionLost/>
            <Undelivered count=found.untold reasons=found.untold_reasons retry=retry_all/>
            {move || retry.error().or(retry_all.error()).map(|error| view! { <ErrorBanner error/> })}
            <Filters view_of/>
        </header>
        <section class="list" aria-label="Notifications">{body}</section>
    }
}

#[component]
fn Nothing(has_channels: bool) -> impl IntoView {
    let (text, href, word) = if has_channels {
        (
            "Alerts of severity warning or higher are sent within seconds, and every attempt is logged here.",
            "/notifications/channels",
            "See the channels",
        )
    } else {
        (
            "Add Telegram, email or Slack to be notified of alerts of severity warning or higher.",
            "/notifications/channels",
            "Add a channel",
        )
    };
    view! {
        <Empty icon=icondata_lu::LuSend title="No notifications sent yet" text=text>
            <div class="button-row"><a class="button" data-kind="primary" href=href>{word}</a></div>
        </Empty>
    }
}

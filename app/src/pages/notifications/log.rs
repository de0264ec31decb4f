//! The log: every notification with what the provider answered.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{Tabs, Untold};
use crate::api::call::Call;
use crate::api::notifications::{ListNotifications, NotificationList, RetryNotification};
use crate::live::Live;
use crate::pages::alert::may_change;
use crate::pages::load::Load;
use crate::pages::post::{Post, PostForm};
use crate::types::{ChannelKind, List, Notification, NotificationQuery, NotificationStatus};
use crate::ui::list::OlderLink;
use crate::ui::text::visible;
use crate::ui::{Address, Age, ConnectionLost, Empty, ErrorBanner, Icon};

/// What the address says is shown.
#[derive(Clone, Debug, Default, PartialEq)]
struct View {
    status: Option<NotificationStatus>,
    channel: Option<ChannelKind>,
    cursor: Option<String>,
}

impl View {
    fn query(&self) -> NotificationQuery {
        NotificationQuery {
            status: List(self.status.into_iter().collect()),
            channel: List(self.channel.into_iter().collect()),
            cursor: self.cursor.clone(),
            ..NotificationQuery::default()
        }
    }

    fn href(&self) -> String {
        Address::new("/notifications")
            .with("status", self.status.map(|status| status.to_string()))
            .with("channel", self.channel.map(|channel| channel.to_string()))
            .with("cursor", self.cursor.clone())
            .href()
    }
}

#[component]
pub fn NotificationsPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let query = use_query_map();
    let view_of = Memo::new(move |_| {
        query.with(|query| View {
            status: query.get("status").and_then(|word| word.parse().ok()),
            channel: query.get("channel").and_then(|word| word.parse().ok()),
            cursor: query.get("cursor"),
        })
    });
    let retry = Post::to::<RetryNotification>();
    let list = Load::new(move || {
        Call::of(ListNotifications { query: view_of.with(View::query) }).at(&[retry.version(), live.reload.get()])
    });
    view! {
        <Title text="Notifications · OpsCenter"/>
        {list.show(move |found| view! { <Loaded found view_of retry/> }.into_any())}
    }
}

#[component]
fn Loaded(found: NotificationList, view_of: Memo<View>, retry: Post<()>) -> impl IntoView {
    let older = found.page.next.clone().map(|cursor| View { cursor: Some(cursor), ..view_of.get_untracked() }.href());
    let has_channels = !found.channels.is_empty();
    let body = if found.page.items.is_empty() {
        view! { <Nothing has_channels/> }.into_any()
    } else {
        view! { <Table items=found.page.items retry/><OlderLink href=older/> }.into_any()
    };
    view! {
        <header class="list-head">
            <div class="list-title"><h1>"Notifications"</h1><Tabs current="/notifications"/></div>
            <ConnectionLost/>
            <Untold count=found.untold/>
            {move || retry.error().map(|error| view! { <ErrorBanner error/> })}
            <Filters view_of/>
        </header>
        <section class="list" aria-label="Notifications">{body}</section>
    }
}

#[component]
fn Filters(view_of: Memo<View>) -> impl IntoView {
    let status = |status: NotificationStatus| {
        let is_on = move || view_of.with(|view| view.status == Some(status));
        let href = move || View { status: (!is_on()).then_some(status), cursor: None, ..view_of.get() }.href();
        let (icon, tone) = look(status);
        view! { <a class="chip" data-tone=tone href=href aria-current=move || is_on().then_some("true")><Icon data=icon/>{status.as_str()}</a> }
    };
    let channel = |kind: ChannelKind| {
        let is_on = move || view_of.with(|view| view.channel == Some(kind));
        let href = move || View { channel: (!is_on()).then_some(kind), cursor: None, ..view_of.get() }.href();
        view! { <a class="chip" href=href aria-current=move || is_on().then_some("true")>{kind.label()}</a> }
    };
    let chips = NotificationStatus::ALL.iter().copied().map(status).collect_view();
    view! {
        <nav class="chips" aria-label="Status and channel">{chips}<span class="divider"></span>{ChannelKind::ALL.iter().copied().map(channel).collect_view()}</nav>
    }
}

/// Shape and tone of a status.
pub fn look(status: NotificationStatus) -> (icondata_core::Icon, &'static str) {
    match status {
        NotificationStatus::Pending => (icondata_lu::LuCircleDashed, "neutral"),
        NotificationStatus::Sent => (icondata_lu::LuCircleCheck, "ok"),
        NotificationStatus::Failed => (icondata_lu::LuCircleX, "bad"),
    }
}

#[component]
fn Table(items: Vec<Notification>, retry: Post<()>) -> impl IntoView {
    view! {
        <table class="table notification-table">
            <thead>
                <tr>
                    <th>"Alert"</th><th class="col-source">"Channel"</th><th class="col-source">"Recipient"</th>
                    <th class="col-status">"Status"</th><th class="col-reply">"Reply"</th>
                    <th class="num col-age" aria-sort="descending">"Age"<Icon data=icondata_lu::LuArrowDown/></th><th class="col-again"><span class="visually-hidden">"Retry"</span></th>
                </tr>
            </thead>
            <tbody>{items.into_iter().map(|item| view! { <Row item retry/> }).collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Row(item: Notification, retry: Post<()>) -> impl IntoView {
    let (icon, tone) = look(item.status);
    let reply = item.error_message.clone().or(item.provider_response.clone()).unwrap_or_default();
    let tries = (item.attempts > 1).then(|| format!(", try {}", item.attempts));
    let digest = item.digest_id.map(|_| view! { <span class="count">"digest"</span> });
    let again = (item.status == NotificationStatus::Failed && may_change()).then(|| {
        view! {
            <PostForm post=retry>
                <input type="hidden" name="id" value=item.id/>
                <button class="button" data-size="small" disabled=move || retry.pending()>"Retry"</button>
            </PostForm>
        }
    });
    view! {
        <tr>
            <td class="cell-title"><a class="row-link" href=format!("/alerts/{}", item.alert_id)><bdi>{visible(&item.title)}</bdi></a></td>
            <td class="cell-source">{item.channel_name.unwrap_or_else(|| item.channel.label().to_owned())}</td>
            <td class="cell-recipient mono">{visible(&item.recipient)}</td>
            <td class="cell-status"><span class="badge" data-tone=tone><Icon data=icon/><span>{item.status.as_str()}{tries}</span></span></td>
            <td class="cell-reply mono" title=visible(&reply)>{digest}{visible(&reply)}</td>
            <td class="cell-age num"><Age at=item.created_at/></td>
            <td class="cell-again">{again}</td>
        </tr>
    }
}

#[component]
fn Nothing(has_channels: bool) -> impl IntoView {
    let (text, href, word) = if has_channels {
        (
            "An alert of warning or worse is told within seconds, and every attempt stands here.",
            "/notifications/channels",
            "See the channels",
        )
    } else {
        (
            "Add Telegram, email or Slack, and alerts of warning or worse find you.",
            "/notifications/channels",
            "Add a channel",
        )
    };
    view! {
        <Empty icon=icondata_lu::LuSend title="Nobody was told anything" text=text>
            <div class="button-row"><a class="button" data-kind="primary" href=href>{word}</a></div>
        </Empty>
    }
}

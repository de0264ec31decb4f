//! Channels: their state, what is left of their limit, and a test that shows the provider's answer.

use leptos::prelude::*;
use leptos_meta::Title;

use super::edit::{AddForm, EditForm};
use super::{Tabs, Untold};
use crate::api::call::Call;
use crate::api::notifications::{
    ChannelRow, DeleteChannel, ListNotifications, MuteChannel, NotificationList, SaveChannel, TestChannel, Tested,
};
use crate::live::{Clock, Live};
use crate::pages::alert::may_change;
use crate::pages::load::Load;
use crate::pages::post::{Post, PostForm, reload_after};
use crate::types::{Actor, Channel, ChannelTest, Role, time};
use crate::ui::text::visible;
use crate::ui::{ConnectionLost, ErrorBanner, Icon, SeverityBadge};

#[component]
pub fn ChannelsPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let acts = Acts::new();
    let list = Load::new(move || {
        Call::of(ListNotifications { query: Default::default() }).at(&[acts.version.get(), live.reload.get()])
    });
    view! {
        <Title text="Channels · OpsCenter"/>
        {list.show(move |found| view! { <Loaded found acts/> }.into_any())}
    }
}

fn is_admin() -> bool {
    use_context::<Actor>().is_some_and(|actor| actor.role >= Role::Admin)
}

/// What can be done to the channels of the page; it outlives loading them again.
#[derive(Clone, Copy)]
struct Acts {
    mute: Post<()>,
    delete: Post<()>,
    test: Post<Tested>,
    /// Where a form without scripts leaves its error.
    save: Post<()>,
    version: RwSignal<u32>,
}

impl Acts {
    fn new() -> Self {
        let version = RwSignal::new(0);
        let (mute, delete) = (Post::to::<MuteChannel>(), Post::to::<DeleteChannel>());
        let (test, save) = (Post::to::<TestChannel>(), Post::to::<SaveChannel>());
        reload_after(mute, version);
        reload_after(delete, version);
        reload_after(test, version);
        Self { mute, delete, test, save, version }
    }

    fn error(self) -> Option<crate::Error> {
        self.mute.error().or(self.delete.error()).or(self.test.error()).or(self.save.error())
    }
}

#[component]
fn Loaded(found: NotificationList, acts: Acts) -> impl IntoView {
    let all: Vec<Channel> = found.channels.iter().map(|row| row.channel.clone()).collect();
    let add = is_admin().then(|| {
        view! { <AddForm all=all.clone() version=acts.version/> }
    });
    let card = {
        let all = all.clone();
        move |row: ChannelRow| view! { <Card row all=all.clone() acts/> }
    };
    view! {
        <header class="list-head">
            <div class="list-title"><h1>"Notifications"</h1><Tabs current="/notifications/channels"/></div>
            <ConnectionLost/>
            <Untold count=found.untold/>
            {move || acts.error().map(|error| view! { <ErrorBanner error/> })}
        </header>
        <div class="page channels">{found.channels.into_iter().map(card).collect_view()}{add}</div>
    }
}

#[component]
fn Card(row: ChannelRow, all: Vec<Channel>, acts: Acts) -> impl IntoView {
    let ChannelRow { channel, left } = row;
    let (word, tone) = state(&channel, expect_context::<Clock>().0.get_untracked());
    let fallback = channel
        .fallback_id
        .and_then(|id| all.iter().find(|other| other.id == id))
        .map(|other| format!("then {}", other.name));
    let broken = channel.broken_reason.clone().map(
        |why| view! { <p class="field-error"><Icon data=icondata_lu::LuCircleX/><span>{visible(&why)}</span></p> },
    );
    let sources =
        channel.settings.get("sources").and_then(serde_json::Value::as_str).map(|sources| format!("only {sources}"));
    let origin = channel.is_from_environment().then_some("set by the environment");
    let facts = [
        Some(visible(&channel.recipient)),
        left.map(|left| format!("{left} of 20 left this minute")),
        fallback,
        sources,
        origin.map(str::to_owned),
    ];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    view! {
        <section class="card block channel" aria-label=channel.name.clone()>
            <header class="card-head">
                <h2>{channel.name.clone()}</h2><span class="badge" data-tone=tone data-tint="">{word}</span>
                <p>{channel.kind.label()}" from "</p><SeverityBadge severity=channel.min_severity/>
            </header>
            <div class="channel-body">
                <p>{facts}</p>
                {broken}
                <Buttons channel=channel.clone() acts/>
            </div>
            {is_admin().then(|| view! {
                <details class="fold"><summary><Icon data=icondata_lu::LuPencil/>"Edit"</summary><EditForm channel=channel.clone() all version=acts.version/></details>
                {(!channel.is_from_environment()).then(|| view! {
                    <PostForm post=acts.delete>
                        <input type="hidden" name="id" value=channel.id/>
                        <button class="button" data-kind="danger" data-size="small">"Delete"</button>
                    </PostForm>
                })}
            })}
        </section>
    }
}

fn state(channel: &Channel, now: i64) -> (String, &'static str) {
    match (&channel.broken_reason, channel.muted_until.filter(|until| *until > now)) {
        (Some(_), _) => ("Broken".to_owned(), "bad"),
        _ if !channel.is_active => ("Off".to_owned(), "neutral"),
        (_, Some(until)) => (format!("Muted until {} UTC", time::clock(until)), "warn"),
        _ => ("Ready".to_owned(), "ok"),
    }
}

#[component]
fn Buttons(channel: Channel, acts: Acts) -> impl IntoView {
    let Acts { mute, test, .. } = acts;
    let id = channel.id;
    let is_muted = channel.muted_until.is_some_and(|until| until > expect_context::<Clock>().0.get_untracked());
    let answer = move || {
        let tested = test.ok().filter(|tested| tested.id == id);
        tested.map(|tested| view! { <Verdict test=tested.test/> })
    };
    may_change().then(|| {
        view! {
            <div class="button-row">
                <PostForm post=test>
                    <input type="hidden" name="id" value=id/>
                    <button class="button" disabled=move || test.pending()><Icon data=icondata_lu::LuSend/>"Send a test"</button>
                </PostForm>
                <PostForm post=mute>
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="hours" value=if is_muted { 0 } else { 1 }/>
                    <button class="button" disabled=move || mute.pending()><Icon data=icondata_lu::LuBellOff/>{if is_muted { "Unmute" } else { "Mute 1 h" }}</button>
                </PostForm>
            </div>
            {answer}
        }
    })
}

/// The provider's own answer to a test.
#[component]
fn Verdict(test: ChannelTest) -> impl IntoView {
    let (tone, icon) = if test.ok { ("ok", icondata_lu::LuCircleCheck) } else { ("bad", icondata_lu::LuCircleX) };
    view! { <p class="verdict" data-tone=tone role="status"><Icon data=icon/><span class="mono">{visible(&test.answer)}</span></p> }
}

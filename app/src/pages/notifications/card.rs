//! One channel: its state, its actions, and the provider's response to a test message.

use leptos::prelude::*;

use super::actions::ChannelActions;
use super::form::{EditForm, Known};
use crate::live::Clock;
use crate::pages::may::{may_act, may_set_up};
use crate::pages::post::PostForm;
use crate::types::{Channel, ChannelRow, ChannelTest};
use crate::ui::text::visible;
use crate::ui::zone::Zone;
use crate::ui::{Icon, SeverityBadge};

/// Admins can edit and delete it.
#[component]
pub fn Card(row: ChannelRow, known: Known, acts: ChannelActions) -> impl IntoView {
    let ChannelRow { channel, left } = row;
    let (now, zone) = (expect_context::<Clock>().at.get_untracked(), expect_context::<Zone>());
    let (_, tone) = state(&channel, now, zone);
    let word = {
        let channel = channel.clone();
        move || state(&channel, now, zone).0
    };
    let fallback = channel
        .fallback_id
        .and_then(|id| known.channels.iter().find(|other| other.id == id))
        .map(|other| format!("fallback: {}", other.name));
    let broken = {
        let channel = channel.clone();
        move || {
            trouble(&channel, zone).map(
            |why| view! { <p class="field-error"><Icon data=icondata_lu::LuCircleX/><span>{visible(&why)}</span></p> },
        )
        }
    };
    let sources = channel
        .settings
        .get("sources")
        .and_then(serde_json::Value::as_str)
        .map(|sources| format!("sources: {sources}"));
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
                <p>{channel.kind.label()}" · minimum severity "</p><SeverityBadge severity=channel.min_severity/>
            </header>
            <div class="channel-body">
                <p>{facts}</p>
                {broken}
                <Buttons channel=channel.clone() acts/>
            </div>
            {may_set_up().then(|| view! {
                <details class="fold">
                    <summary><Icon data=icondata_lu::LuPencil/>"Edit"</summary>
                    <EditForm channel=channel.clone() known acts/>
                </details>
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

/// The channel's current problem, as one line.
fn trouble(channel: &Channel, zone: Zone) -> Option<String> {
    let failing = |since: i64| format!("Failing since {}", zone.moment(since));
    channel.broken_reason.clone().or(channel.failing_since.map(failing)).or(channel.warning.clone())
}

fn state(channel: &Channel, now: i64, zone: Zone) -> (String, &'static str) {
    match (&channel.broken_reason, channel.muted_until.filter(|until| *until > now)) {
        (Some(_), _) => ("Broken".to_owned(), "bad"),
        _ if !channel.is_active => ("Disabled".to_owned(), "neutral"),
        _ if channel.failing_since.is_some() => ("Failing".to_owned(), "bad"),
        (_, Some(until)) => (format!("Muted until {}", zone.moment(until)), "warn"),
        _ => ("Ready".to_owned(), "ok"),
    }
}

#[component]
fn Buttons(channel: Channel, acts: ChannelActions) -> impl IntoView {
    let ChannelActions { mute, test, tested, .. } = acts;
    let id = channel.id;
    let is_muted = channel.muted_until.is_some_and(|until| until > expect_context::<Clock>().at.get_untracked());
    let answer = move || {
        let of_this = tested.get().filter(|tested| tested.id == id);
        of_this.map(|tested| view! { <Verdict test=tested.test/> })
    };
    may_act().then(|| {
        view! {
            <div class="button-row">
                <PostForm post=test>
                    <input type="hidden" name="id" value=id/>
                    <button class="button" disabled=move || test.pending()>
                        <Icon data=icondata_lu::LuSend/>"Send a test"
                    </button>
                </PostForm>
                <PostForm post=mute>
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="hours" value=if is_muted { 0 } else { 1 }/>
                    <button class="button" disabled=move || mute.pending()>
                        <Icon data=icondata_lu::LuBellOff/>{if is_muted { "Unmute" } else { "Mute 1 h" }}
                    </button>
                </PostForm>
            </div>
            {answer}
        }
    })
}

/// The provider's response to a test message.
#[component]
fn Verdict(test: ChannelTest) -> impl IntoView {
    let (tone, icon) = if test.ok { ("ok", icondata_lu::LuCircleCheck) } else { ("bad", icondata_lu::LuCircleX) };
    view! {
        <p class="verdict" data-tone=tone role="status">
            <Icon data=icon/><span class="mono">{visible(&test.answer)}</span>
        </p>
    }
}

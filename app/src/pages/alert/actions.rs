//! Actions on an alert: acknowledge, resolve, mute and their inverse.

use icondata_core::Icon as Data;
use leptos::prelude::*;

use super::mute::MuteMenu;
use crate::api::alerts::ChangeAlerts;
use crate::api::call::Call;
use crate::live::Clock;
use crate::pages::may::may_act;
use crate::pages::post::{Post, PostForm};
use crate::types::{Alert, AlertChange, AlertKind, AlertState, Changed};
use crate::ui::Icon;

/// The one action through which every page changes alerts.
pub type Changes = Post<Changed>;

/// Changes alerts, for keyboard shortcuts and the bulk buttons.
pub fn act(change: AlertChange, ids: &[i64]) {
    let ids = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
    if !ids.is_empty() {
        send(ChangeAlerts { change, ids, until: None, assignee: None });
    }
}

/// Mutes an alert until a time in Unix milliseconds.
pub fn mute(id: i64, until: i64) {
    send(ChangeAlerts { change: AlertChange::Mute, ids: id.to_string(), until: Some(until), assignee: None });
}

fn send(change: ChangeAlerts) {
    expect_context::<Changes>().send(Call::of(change));
}

/// Buttons for the actions that are valid in the current state, the most likely one first. Plain forms, so that they work
/// without JavaScript.
#[component]
pub fn Actions(alert: Alert) -> impl IntoView {
    let now = expect_context::<Clock>().at.get_untracked();
    may_act().then(|| {
        let buttons = choices(&alert, now).into_iter().enumerate();
        let buttons = buttons.map(|(i, choice)| view! { <Button id=alert.id choice is_first=i == 0/> });
        let is_muteable = alert.kind == AlertKind::Problem && alert.state != AlertState::Resolved;
        view! {
            <div class="detail-actions">
                {buttons.collect_view()}
                {is_muteable.then(|| view! { <MuteMenu id=alert.id/> })}
            </div>
        }
    })
}

#[derive(Clone, Copy)]
struct Choice {
    change: AlertChange,
    word: &'static str,
    key: &'static str,
    icon: Data,
}

fn choices(alert: &Alert, now: i64) -> Vec<Choice> {
    let acknowledge =
        Choice { change: AlertChange::Acknowledge, word: "Acknowledge", key: "a", icon: icondata_lu::LuCheck };
    let resolve = Choice { change: AlertChange::Resolve, word: "Resolve", key: "r", icon: icondata_lu::LuCircleCheck };
    let reopen = Choice { change: AlertChange::Reopen, word: "Reopen", key: "o", icon: icondata_lu::LuRotateCcw };
    let read = Choice { change: AlertChange::Read, word: "Mark as read", key: "e", icon: icondata_lu::LuMailOpen };
    let unread = Choice { change: AlertChange::Unread, word: "Mark as unread", key: "u", icon: icondata_lu::LuMail };
    let mute = Choice { change: AlertChange::Mute, word: "Mute 1 h", key: "m", icon: icondata_lu::LuBellOff };
    let unmute = Choice { change: AlertChange::Unmute, word: "Unmute", key: "m", icon: icondata_lu::LuBell };
    let take =
        Choice { change: AlertChange::Assign, word: "Assign to me", key: "i", icon: icondata_lu::LuUserRoundCheck };
    let read = if alert.is_read { unread } else { read };
    let mute = if alert.is_muted(now) { unmute } else { mute };
    match (alert.kind, alert.state) {
        (AlertKind::Notice, _) => vec![read],
        (_, AlertState::Open) => vec![acknowledge, resolve, take, read, mute],
        (_, AlertState::Acknowledged) => vec![resolve, reopen, take, read, mute],
        (_, AlertState::Resolved) => vec![reopen, read],
    }
}

#[component]
fn Button(id: i64, choice: Choice, is_first: bool) -> impl IntoView {
    let post = expect_context::<Changes>();
    view! {
        <PostForm post>
            <input type="hidden" name="change" value=choice.change.as_str()/>
            <input type="hidden" name="ids" value=id/>
            <button class="button" data-kind=is_first.then_some("primary") data-change=choice.change.as_str()
                aria-keyshortcuts=choice.key disabled=move || post.pending()>
                <Icon data=choice.icon/>{choice.word}<kbd class="kbd" aria-hidden="true">{choice.key}</kbd>
            </button>
        </PostForm>
    }
}

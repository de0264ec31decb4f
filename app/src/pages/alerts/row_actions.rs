//! Actions on a row: shown while the pointer or the focus is on it. On a phone rows are swiped instead.

use leptos::prelude::*;

use crate::pages::alert::{Changes, act};
use crate::pages::post::PostForm;
use crate::types::{Alert, AlertChange, AlertKind, AlertState};
use crate::ui::Icon;
use crate::ui::text::visible;

/// Acknowledge, resolve or reopen, and mark as read. For viewers, whether it was read.
#[component]
pub fn RowActions(alert: Alert, can_change: bool, refocus: StoredValue<Option<i64>>) -> impl IntoView {
    if !can_change {
        let word = if alert.is_read { "Read" } else { "Unread" };
        return view! { <span class="row-read visually-hidden">{word}</span> }.into_any();
    }
    let buttons =
        changes_of(&alert).iter().map(|change| view! { <Act alert=alert.clone() change=*change/> }.into_any());
    // A button that is pressed with a key reports no mouse click.
    let id = alert.id;
    let pressed = move |event: leptos::ev::MouseEvent| {
        if event.detail() == 0 {
            refocus.set_value(Some(id));
        }
    };
    view! {
        <span class="row-actions" on:click=pressed>
            {buttons.collect_view()}<MarkRead id=alert.id is_read=alert.is_read/>
        </span>
    }
    .into_any()
}

/// The changes of state that a row offers, the most likely first; none for notices.
pub const fn changes_of(alert: &Alert) -> &'static [AlertChange] {
    match (alert.kind, alert.state) {
        (AlertKind::Notice, _) => &[],
        (_, AlertState::Open) => &[AlertChange::Acknowledge, AlertChange::Resolve],
        (_, AlertState::Acknowledged) => &[AlertChange::Resolve],
        (_, AlertState::Resolved) => &[AlertChange::Reopen],
    }
}

#[component]
fn Act(alert: Alert, change: AlertChange) -> impl IntoView {
    let (word, icon) = match change {
        AlertChange::Acknowledge => ("Acknowledge", icondata_lu::LuCheck),
        AlertChange::Resolve => ("Resolve", icondata_lu::LuCircleCheck),
        _ => ("Reopen", icondata_lu::LuRotateCcw),
    };
    let (id, label) = (alert.id, format!("{word}: {}", visible(&alert.title)));
    view! {
        <button class="button" data-scripted="" data-size="small" type="button" title=word aria-label=label
            on:click=move |_| act(change, &[id])>
            <Icon data=icon/><span>{word}</span>
        </button>
    }
}

/// A plain form, so that it works without JavaScript.
#[component]
fn MarkRead(id: i64, is_read: bool) -> impl IntoView {
    let post = expect_context::<Changes>();
    if is_read {
        return view! { <span class="row-read visually-hidden">"Read"</span> }.into_any();
    }
    view! {
        <span class="row-read">
            <PostForm post>
                <input type="hidden" name="change" value="read"/>
                <input type="hidden" name="ids" value=id/>
                <button class="button read-button" data-size="small" title="Mark as read">
                    <Icon data=icondata_lu::LuMailOpen/><span class="visually-hidden">"Mark as read"</span>
                </button>
            </PostForm>
        </span>
    }
    .into_any()
}

//! The bar of bulk actions, shown while something is selected.

use leptos::prelude::*;

use super::select::Selection;
use crate::api::alerts::CountAlerts;
use crate::api::call::Call;
use crate::pages::alert::Changes;
use crate::types::AlertChange;
use crate::ui::text::{capped, counted_some};
use crate::ui::{Icon, Task};

/// The number of selected alerts, and buttons for the changes; nothing while none is selected.
#[component]
pub fn BulkBar(selection: Selection) -> impl IntoView {
    let bar = move || {
        view! {
            <div class="bulk" role="region" aria-label="Selected alerts">
                {move || match selection.asked.get() {
                    Some(change) => view! { <Confirm selection change/> }.into_any(),
                    None => view! { <Choices selection/> }.into_any(),
                }}
            </div>
        }
    };
    let is_empty = Memo::new(move |_| selection.is_empty());
    move || (!is_empty.get()).then(bar)
}

#[component]
fn Choices(selection: Selection) -> impl IntoView {
    let words = move || match selection.all.get() {
        Some(n) => format!("All {} selected", capped(n)),
        None => format!("{} selected", selection.count()),
    };
    let button = move |change, word| {
        view! {
            <button class="button" data-size="small" type="button" on:click=move |_| selection.change(change)>
                {word}
            </button>
        }
    };
    view! {
        <strong>{words}</strong>
        <ChooseAll selection/>
        <span class="bulk-actions">
            {button(AlertChange::Read, "Mark selected as read")}
            {selection.has_states().then(|| {
                view! { {button(AlertChange::Acknowledge, "Acknowledge")}{button(AlertChange::Resolve, "Resolve")} }
            })}
            <button class="icon-button" type="button" aria-label="Clear selection" on:click=move |_| selection.clear()>
                <Icon data=icondata_lu::LuX/>
            </button>
        </span>
    }
}

/// Extends the selection from the checked rows to every match; counts the matches first.
#[component]
fn ChooseAll(selection: Selection) -> impl IntoView {
    let task = Task::with_toasts();
    let count = move |_| {
        task.start(async move {
            let count = Call::of(CountAlerts { query: selection.everything() }).send().await?;
            selection.all.set(Some(count));
            Ok(())
        });
    };
    move || {
        selection.all.get().is_none().then(|| {
            view! {
                <button class="link" type="button" disabled=move || task.is_running() on:click=count>
                    {move || if task.is_running() { "Counting…" } else { "Select all matching" }}
                </button>
            }
        })
    }
}

/// Describes the effect of a change of many alerts, and asks for confirmation.
#[component]
fn Confirm(selection: Selection, change: AlertChange) -> impl IntoView {
    let (verb, effect) = match change {
        AlertChange::Acknowledge => ("Acknowledge", "Their pending notifications are cancelled."),
        AlertChange::Resolve => ("Resolve", "Channels that were notified get a resolved message."),
        AlertChange::Reopen => ("Reopen", "Channels are notified again."),
        AlertChange::Mute => ("Mute", "Their notifications are held for an hour."),
        AlertChange::Unmute => ("Unmute", "Held notifications are sent."),
        AlertChange::Read => ("Mark as read", ""),
        AlertChange::Unread => ("Mark as unread", ""),
        AlertChange::Assign => ("Assign", ""),
    };
    let changes = expect_context::<Changes>();
    view! {
        <strong>{move || format!("{verb} {}?", counted_some(selection.count(), "alert"))}</strong>
        <span>{effect}</span>
        <span class="bulk-actions">
            <button class="button" data-kind="primary" data-size="small" type="button" autofocus=true
                disabled=move || changes.pending() on:click=move |_| selection.confirmed(change)>
                {verb}
            </button>
            <button class="button" data-kind="quiet" data-size="small" type="button"
                on:click=move |_| selection.asked.set(None)>
                "Cancel"
            </button>
        </span>
    }
}

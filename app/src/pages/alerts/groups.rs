//! The list in groups: what alerts have in common, how many they are, and the newest of each.

use leptos::prelude::*;

use super::NoAlerts;
use super::view::View;
use crate::api::alerts::GroupAlerts;
use crate::api::call::Call;
use crate::live::{Clock, Live};
use crate::pages::alert::{Changes, act};
use crate::pages::load::Load;
use crate::pages::may::may_act;
use crate::types::{AlertChange, AlertGroup, AlertGroups};
use crate::ui::alert_row::AlertRow;
use crate::ui::text::{counted, grouped, visible};
use crate::ui::{Age, SeverityBadge};

/// Changes of more alerts than this are confirmed first.
const MANY: usize = 50;

/// Matching alerts in groups. New alerts are only counted, so that rows do not move while they are read. Sets `labels` to the
/// metadata keys that the alerts can be grouped by.
#[component]
pub fn Groups(view_of: Memo<View>, seq: i64, labels: RwSignal<Vec<String>>) -> impl IntoView {
    let (live, clock) = (expect_context::<Live>(), expect_context::<Clock>());
    let changes = expect_context::<Changes>();
    let groups = Load::new(move || {
        let (query, by) = view_of.with(|view| (view.query(clock.at.get_untracked()), view.group.clone()));
        Call::of(GroupAlerts { query, by }).at(&[live.reload.get(), changes.version()])
    });
    let new = RwSignal::new(0);
    live.after(seq, move |came| {
        let fitting = view_of
            .with_untracked(|view| came.iter().filter(|arrival| arrival.is_new && view.fits(&arrival.alert)).count());
        if fitting > 0 {
            new.update(|new| *new += fitting);
        }
    });
    let bar = move || {
        (new.get() > 0).then(|| {
            view! {
                <button class="new-bar" type="button" on:click=move |_| groups.again()>
                    {format!("{} new. Refresh", new.get())}
                </button>
            }
        })
    };
    view! {
        {bar}
        {groups.show(move |found| {
            labels.set(found.labels.clone());
            new.set(0);
            view! { <Loaded found is_filtered=view_of.with_untracked(|view| !view.is_default())/> }.into_any()
        })}
    }
}

#[component]
fn Loaded(found: AlertGroups, is_filtered: bool) -> impl IntoView {
    if found.groups.is_empty() {
        return view! { <NoAlerts is_filtered/> }.into_any();
    }
    let cut = found.is_cut.then(|| view! { <p class="list-note">"The newest 1,000 matches, grouped."</p> });
    let more = (found.more > 0).then(|| {
        view! { <p class="list-note">{format!("and {} more groups. Narrow the list to see them.", found.more)}</p> }
    });
    view! {
        {cut}
        // Keyed by content: an open group must never become another one under the pointer.
        <ul class="groups">
            <For each=move || found.groups.clone() key=|group| (group.name.clone(), group.ids.clone()) let:group>
                <Group group/>
            </For>
        </ul>
        {more}
    }
    .into_any()
}

#[component]
fn Group(group: AlertGroup) -> impl IntoView {
    let name = if group.name.is_empty() { "None".to_owned() } else { visible(&group.name) };
    let (count, shown) = (group.ids.len(), group.alerts.len());
    let more = (count > shown)
        .then(|| view! { <p class="list-note">{format!("and {} older", grouped((count - shown) as i64))}</p> });
    let rows = group.alerts.into_iter().map(|alert| view! { <AlertRow alert arrived=false/> }).collect_view();
    let actions = may_act().then(|| view! { <Actions ids=group.ids/> });
    view! {
        <li>
            <details class="group">
                <summary>
                    <SeverityBadge severity=group.severity/><bdi class="group-name">{name}</bdi>
                    <span class="group-count">{counted(count as i64, "alert")}</span><Age at=group.last_seen_at/>
                </summary>
                {actions}
                <ul class="alert-rows">{rows}</ul>
                {more}
            </details>
        </li>
    }
}

/// Changes of the whole group; of many alerts they are confirmed first.
#[component]
fn Actions(ids: Vec<i64>) -> impl IntoView {
    let (count, ids) = (ids.len(), StoredValue::new(ids));
    let asked = RwSignal::new(None);
    let press = move |change| {
        if count > MANY && asked.get_untracked() != Some(change) {
            return asked.set(Some(change));
        }
        asked.set(None);
        ids.with_value(|ids| act(change, ids));
    };
    let button = move |change, name: &'static str, sure: &'static str| {
        let words =
            move || if asked.get() == Some(change) { format!("{sure} {count} alerts?") } else { name.to_owned() };
        view! {
            <button class="button" data-size="small" type="button" on:click=move |_| press(change)>{words}</button>
        }
    };
    view! {
        <div class="group-actions" data-scripted="">
            {button(AlertChange::Acknowledge, "Acknowledge all", "Acknowledge")}
            {button(AlertChange::Resolve, "Resolve all", "Resolve")}
            {button(AlertChange::Read, "Mark all as read", "Mark as read")}
        </div>
    }
}

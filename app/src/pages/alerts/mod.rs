//! Alerts: the plain list, filtered by its address, marked as read one by one or as shown.

mod filters;
mod row;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::api::alerts::{MarkAlertsRead, list_alerts};
use crate::live::{Live, LiveState};
use crate::types::{Actor, Alert, AlertList, Frame, FrameKind, Role};
use crate::ui::{ConnectionLost, Empty, ErrorBanner, Icon, Problem};

use filters::{Filters, View};
use row::AlertTableRow;

#[component]
pub fn AlertsPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let query = use_query_map();
    let view_of = Memo::new(move |_| query.with(View::read));
    let list = Resource::new(move || (view_of.get(), live.reload.get()), |(view, _)| list_alerts(view.query()));
    let mark = ServerAction::<MarkAlertsRead>::new();
    reload_if_not_live(mark, live);
    view! {
        <Title text="Alerts · OpsCenter"/>
        <Transition>
            {move || Suspend::new(async move {
                match list.await {
                    Ok(list) => view! { <Loaded list view_of=view_of.get_untracked() mark/> }.into_any(),
                    Err(error) => view! { <Problem error retry=move |()| list.refetch()/> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// What was changed comes back over the stream; without one the list is loaded again.
fn reload_if_not_live(mark: ServerAction<MarkAlertsRead>, live: Live) {
    Effect::new(move |_| {
        let is_done = mark.value().with(|value| matches!(value, Some(Ok(_))));
        if is_done && !matches!(live.state.get_untracked(), LiveState::Live { .. } | LiveState::CaughtUp { .. }) {
            live.reload.update(|n| *n += 1);
        }
    });
}

#[component]
fn Loaded(list: AlertList, view_of: View, mark: ServerAction<MarkAlertsRead>) -> impl IntoView {
    let live = expect_context::<Live>();
    let alerts = RwSignal::new(list.page.items);
    let next = RwSignal::new(list.page.next);
    let filter = view_of.clone();
    live.each_after(list.seq, move |frame| {
        if let Ok(alert) = serde_json::from_value::<Alert>(frame.data.clone()) {
            alerts.update(|alerts| apply(alerts, alert, frame, &filter));
        }
    });
    let unread = list.unread;
    let unread = Memo::new(move |_| live.numbers.with(|numbers| numbers.as_ref().map_or(unread, |n| n.stats.unread)));
    let is_empty = Memo::new(move |_| alerts.with(Vec::is_empty));
    let can_change = use_context::<Actor>().is_some_and(|actor| actor.role >= Role::Operator);
    view! {
        <header class="list-head">
            <div class="list-title">
                <h1>"Alerts"</h1>
                <p>{move || format!("{} unread, warning and worse", unread.get())}</p>
                {can_change.then(|| view! { <MarkShown alerts mark/> })}
            </div>
            <ConnectionLost/>
            {move || mark.value().with(|value| value.clone().and_then(Result::err)).map(|error| view! { <ErrorBanner error/> })}
            <Filters view_of=view_of.clone()/>
        </header>
        <section class="list" aria-label="Alerts">
            <Show when=move || !is_empty.get() fallback=move || view! { <NoAlerts filtered=!view_of.is_default()/> }>
                <table class="table alert-table">
                    <thead>
                        <tr>
                            <th class="col-severity">"Severity"</th>
                            <th>"Title"</th>
                            <th class="col-source">"Source"</th>
                            <th class="col-state">"State"</th>
                            <th class="col-read">"Read"</th>
                            <th class="num col-age" aria-sort="descending">"Age"<Icon data=icondata_lu::LuArrowDown/></th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || alerts.get() key=version let:alert>
                            <AlertTableRow alert mark can_change/>
                        </For>
                    </tbody>
                </table>
            </Show>
            <Older alerts next/>
        </section>
    }
}

/// A row is drawn again when any of this changes.
fn version(alert: &Alert) -> (i64, i64, bool, &'static str, &'static str) {
    (alert.id, alert.occurrences, alert.is_read, alert.state.as_str(), alert.severity.as_str())
}

/// Replaces an alert where it stands, puts a new one on top if the filter wants it. A row that no longer fits the
/// filter stays until the next load: nothing vanishes under the reader's hand.
fn apply(alerts: &mut Vec<Alert>, alert: Alert, frame: &Frame, filter: &View) {
    if let Some(present) = alerts.iter_mut().find(|present| present.id == alert.id) {
        *present = alert;
    } else if frame.kind == FrameKind::NewAlert && filter.fits(&alert) {
        alerts.insert(0, alert);
    }
}

/// Marks everything on the page as read; a plain form, so that it works without scripts.
#[component]
fn MarkShown(alerts: RwSignal<Vec<Alert>>, mark: ServerAction<MarkAlertsRead>) -> impl IntoView {
    let unread = Memo::new(move |_| {
        alerts.with(|alerts| {
            alerts.iter().filter(|alert| !alert.is_read).map(|alert| alert.id.to_string()).collect::<Vec<_>>()
        })
    });
    move || {
        let ids = unread.get();
        (!ids.is_empty()).then(|| {
            view! {
                <ActionForm action=mark>
                    <input type="hidden" name="ids" value=ids.join(",")/>
                    <button class="button">
                        <Icon data=icondata_lu::LuMailOpen/>
                        <span>"Mark "{ids.len()}" "<span class="button-long">"shown as "</span>"read"</span>
                    </button>
                </ActionForm>
            }
        })
    }
}

/// The next page, added below.
#[component]
fn Older(alerts: RwSignal<Vec<Alert>>, next: RwSignal<Option<String>>) -> impl IntoView {
    let query = use_query_map();
    let load = Action::new(move |cursor: &String| {
        let mut wanted = query.with_untracked(View::read).query();
        wanted.cursor = Some(cursor.clone());
        async move {
            let list = list_alerts(wanted).await?;
            alerts.update(|alerts| alerts.extend(list.page.items));
            next.set(list.page.next);
            Ok::<(), crate::Error>(())
        }
    });
    let failed = move || load.value().get().and_then(Result::err);
    move || {
        next.get().map(|cursor| {
            let href = query.with_untracked(View::read).with_cursor(&cursor);
            view! {
                <div class="list-foot">
                    {move || failed().map(|error| view! { <p class="field-error" role="alert">{error.to_string()}</p> })}
                    <a class="button" href=href on:click=move |event| {
                        event.prevent_default();
                        load.dispatch(cursor.clone());
                    }>{move || if load.pending().get() { "Loading…" } else { "Load older" }}</a>
                </div>
            }
        })
    }
}

#[component]
fn NoAlerts(filtered: bool) -> impl IntoView {
    if filtered {
        return view! {
            <Empty icon=icondata_lu::LuSearchX title="Nothing matches" text="No alert fits these filters.">
                <div class="button-row"><a class="button" href="/alerts">"Clear filters"</a></div>
            </Empty>
        }
        .into_any();
    }
    view! {
        <Empty icon=icondata_lu::LuBell title="No alerts to look at" text="An alert appears here within a second of a webhook.">
            <div class="button-row">
                <a class="button" data-kind="primary" href="/sources">"Connect a source"</a>
                <a class="button" href="/alerts?state=all">"Show resolved ones too"</a>
            </div>
        </Empty>
    }
    .into_any()
}

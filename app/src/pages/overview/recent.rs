//! Recent alerts: the ten last seen, live. A new or repeated one slides in at the top.

use std::collections::HashSet;
use std::sync::Arc;

use leptos::prelude::*;

use crate::live::{Arrival, Live};
use crate::types::Alert;
use crate::ui::alert_row::AlertRow;
use crate::ui::rows::Rows;
use crate::ui::{Empty, Icon};

/// Number of alerts shown.
const SHOWN: usize = 10;

/// Starts with `at_first` and applies the live stream from `seq` on.
#[component]
pub fn RecentAlerts(at_first: Vec<Alert>, seq: i64) -> impl IntoView {
    let live = expect_context::<Live>();
    let alerts = RwSignal::new(at_first);
    let arrived = RwSignal::new(HashSet::<i64>::new());
    live.after(seq, move |came| {
        let new: Vec<_> = came.iter().filter(|arrival| arrival.is_new).map(|arrival| arrival.alert.id).collect();
        if !new.is_empty() {
            arrived.update(|arrived| arrived.extend(new));
        }
        alerts.update(|alerts| came.into_iter().for_each(|arrival| apply(alerts, arrival)));
    });
    let row = Arc::new(move |alert: Alert, ()| {
        let arrived = arrived.with_untracked(|arrived| arrived.contains(&alert.id));
        view! { <AlertRow arrived alert/> }.into_any()
    });
    let is_empty = Memo::new(move |_| alerts.with(Vec::is_empty));
    let count = Memo::new(move |_| arrived.with(HashSet::len));
    view! {
        <section class="card alerts-card" aria-labelledby="recent-title">
            <header class="card-head">
                <h2 id="recent-title">"Recent alerts"</h2>
                <p>{move || (count.get() > 0).then(|| format!("{} new since you opened this", count.get()))}</p>
                <a class="more-link" href="/alerts">"All alerts "<Icon data=icondata_lu::LuArrowRight/></a>
            </header>
            <Show when=move || is_empty.get()>
                <Empty icon=icondata_lu::LuBell title="No alerts yet"
                    text="An alert appears here within a second of a webhook.">
                    <div class="button-row"><a class="button" href="/sources">"See how to connect a source"</a></div>
                </Empty>
            </Show>
            <ol class="alert-list" aria-live="polite">
                <Rows each=alerts key=version scope=Arc::new(|| ()) draw=row/>
            </ol>
        </section>
    }
}

/// Key of a row: it renders again when any of these fields changes.
fn version(alert: &Alert) -> (i64, i64, bool, &'static str, &'static str, Option<i64>) {
    (alert.id, alert.occurrences, alert.is_read, alert.state.as_str(), alert.severity.as_str(), alert.muted_until)
}

/// Inserts or updates the alert, and orders by when alerts were last seen. Idempotent.
fn apply(alerts: &mut Vec<Alert>, Arrival { is_new, alert, .. }: Arrival) {
    let is_above = |alerts: &[Alert]| alerts.last().is_none_or(|last| alert.cursor() > last.cursor());
    if let Some(present) = alerts.iter_mut().find(|present| present.id == alert.id) {
        *present = alert;
    } else if is_new || (alerts.len() == SHOWN && is_above(alerts)) {
        alerts.insert(0, alert);
    }
    alerts.sort_by_key(|alert| std::cmp::Reverse(alert.cursor()));
    alerts.truncate(SHOWN);
}

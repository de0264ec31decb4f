//! The table.

use std::collections::HashSet;
use std::sync::Arc;

use leptos::prelude::*;

use super::arrange::{SortHead, aria_sort};
use super::keys::{KeyboardState, RowState};
use super::order::focus_row;
use super::row::AlertTableRow;
use super::swipe::Swipe;
use crate::pages::may::may_act;
use crate::types::{Alert, AlertSort};
use crate::ui::rows::Rows;

/// The rows; operators and admins can select them.
#[component]
pub fn Table(board: KeyboardState) -> impl IntoView {
    let can_change = may_act();
    let all = move || board.alerts.with(|alerts| alerts.iter().map(|alert| alert.id).collect::<HashSet<_>>());
    let is_all = Memo::new(move |_| !board.selection.is_empty() && board.selection.ids.with(|ids| *ids == all()));
    let toggle = move |_| if is_all.get_untracked() { board.selection.clear() } else { board.selection.ids.set(all()) };
    let select_all = can_change.then(|| {
        view! {
            <input class="check-box" type="checkbox" aria-label="Select all shown" prop:checked=is_all
                on:change=toggle/>
        }
    });
    Effect::new(move |_| {
        board.alerts.track();
        if let Some(id) = board.refocus.try_update_value(Option::take).flatten() {
            request_animation_frame(move || focus_row(id));
        }
    });
    let swipe = Swipe::new(board.alerts, can_change);
    let row =
        Arc::new(move |alert: Alert, board: RowState| view! { <AlertTableRow alert board can_change/> }.into_any());
    let sorted = |sort| move || board.view_of.with(|view| aria_sort(view, sort));
    let head = |sort, name| view! { <SortHead view_of=board.view_of sort name/> };
    view! {
        <table class="table alert-table">
            <thead>
                <tr>
                    <th class="col-select">{select_all}</th>
                    <th class="col-severity" aria-sort=sorted(Some(AlertSort::Severity))>
                        {head(Some(AlertSort::Severity), "Severity")}
                    </th>
                    <th aria-sort=sorted(Some(AlertSort::Title))>{head(Some(AlertSort::Title), "Title")}</th>
                    <th class="col-source" aria-sort=sorted(Some(AlertSort::Source))>
                        {head(Some(AlertSort::Source), "Source")}
                    </th>
                    <th class="col-state" aria-sort=sorted(Some(AlertSort::State))>
                        {head(Some(AlertSort::State), "State")}
                    </th>
                    <th class="col-read"><span class="visually-hidden">"Actions"</span></th>
                    <th class="num col-age" aria-sort=sorted(None)>{head(None, "Last seen")}</th>
                </tr>
            </thead>
            <tbody on:pointerdown=move |event| swipe.begin(&event) on:pointermove=move |event| swipe.go_on(&event)
                on:pointerup=move |event| swipe.end(&event)
                on:pointercancel=move |event| swipe.cancel(&event)>
                <Rows each=board.alerts key=version scope=Arc::new(move || board.scoped()) draw=row/>
            </tbody>
        </table>
    }
}

/// Key of a row: it renders again when any of these fields changes.
fn version(alert: &Alert) -> (i64, i64, bool, &'static str, &'static str, i64) {
    (alert.id, alert.occurrences, alert.is_read, alert.state.as_str(), alert.severity.as_str(), alert.updated_at)
}

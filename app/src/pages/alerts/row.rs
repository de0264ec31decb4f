//! A row of the table.

use leptos::prelude::*;

use super::keys::RowState;
use super::row_actions::RowActions;
use super::swipe::{label, offers};
use crate::pages::alert::short_name;
use crate::types::{Alert, AlertKind, time};
use crate::ui::text::visible;
use crate::ui::{Age, Mark, Muted, Occurrences, SeverityBadge, StateMark};

/// One alert; focus follows the keyboard state, and checkbox and actions need `can_change`.
#[component]
pub fn AlertTableRow(alert: Alert, board: RowState, can_change: bool) -> impl IntoView {
    let title = visible(&alert.title);
    let id = alert.id;
    let is_open = move || (board.open.get() == Some(id)).then_some("true");
    let state = (alert.kind == AlertKind::Problem).then(|| view! { <StateMark state=alert.state/> });
    let assignee = alert.assignee.as_ref().map(|email| {
        view! { <span class="row-assignee" title=format!("Assigned to {email}")>{visible(short_name(email))}</span> }
    });
    let (right, left) = offers(&alert);
    let is_selected = Memo::new(move |_| board.is_selected(id));
    view! {
        <tr class="alert-row" data-id=id data-right=can_change.then(|| label(right)) data-left=label(left)
            data-severity=alert.severity.as_str() data-unread=(!alert.is_read).then_some("")
            data-selected=move || is_selected.get().then_some("") aria-current=is_open>
            <td class="cell-select">
                {can_change.then(|| view! {
                    <input class="check-box" type="checkbox" aria-label=format!("Select {title}")
                        prop:checked=is_selected on:click=move |event| board.list.check(id, event.shift_key())/>
                })}
            </td>
            <td class="cell-severity"><SeverityBadge severity=alert.severity/></td>
            <td class="cell-title">
                <span class="alert-title">
                    <a class="row-link" data-noscroll="" id=format!("alert-{id}") title=title.clone()
                        href=move || board.view_of.with(|view| view.with_open(Some(id)))
                        on:focus=move |_| board.list.at.set(Some(id))>
                        {(!alert.is_read).then(|| view! { <span class="visually-hidden">"Unread: "</span> })}
                        <bdi>{title.clone()}</bdi>
                    </a>
                    <Occurrences count=alert.occurrences/>
                    <Muted until=alert.muted_until/>
                </span>
            </td>
            <td class="cell-source">
                <span class="source">
                    <Mark provider=alert.provider.clone()/><span>{alert.source_name.clone()}</span>
                </span>
            </td>
            <td class="cell-state">{state}{assignee}</td>
            <td class="cell-read"><RowActions alert=alert.clone() can_change refocus=board.list.refocus/></td>
            <td class="cell-age num"><Age at=alert.last_seen_at/>{since(&alert)}</td>
        </tr>
    }
}

/// When an alert was first seen, where that was at least a minute before it was last seen.
fn since(alert: &Alert) -> Option<impl IntoView + use<>> {
    let at = alert.created_at;
    (alert.last_seen_at - at >= time::MINUTE).then(|| view! { <small class="cell-since">"first "<Age at/></small> })
}

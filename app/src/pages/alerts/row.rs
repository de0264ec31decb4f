//! A row of the table.

use leptos::prelude::*;

use crate::api::alerts::MarkAlertsRead;
use crate::types::Alert;
use crate::ui::text::visible;
use crate::ui::{Age, Icon, Mark, SeverityBadge, StateMark};

#[component]
pub fn AlertTableRow(alert: Alert, mark: ServerAction<MarkAlertsRead>, can_change: bool) -> impl IntoView {
    let title = visible(&alert.title);
    let count =
        (alert.occurrences > 1).then(|| view! { <span class="count">{format!("×{}", alert.occurrences)}</span> });
    view! {
        <tr class="alert-row" data-severity=alert.severity.as_str() data-unread=(!alert.is_read).then_some("")>
            <td class="cell-severity"><SeverityBadge severity=alert.severity/></td>
            <td class="cell-title">
                <span class="alert-title">
                    <a class="row-link" href=format!("/alerts/{}", alert.id) title=title.clone()>
                        {(!alert.is_read).then(|| view! { <span class="visually-hidden">"Unread: "</span> })}
                        <bdi>{title.clone()}</bdi>
                    </a>
                    {count}
                </span>
            </td>
            <td class="cell-source">
                <span class="source"><Mark provider=alert.provider.clone()/><span>{alert.source_name.clone()}</span></span>
            </td>
            <td class="cell-state"><StateMark state=alert.state/></td>
            <td class="cell-read"><ReadCell id=alert.id is_read=alert.is_read mark can_change/></td>
            <td class="cell-age num"><Age at=alert.created_at/></td>
        </tr>
    }
}

#[component]
fn ReadCell(id: i64, is_read: bool, mark: ServerAction<MarkAlertsRead>, can_change: bool) -> impl IntoView {
    if is_read {
        return view! { <span class="read-mark"><Icon data=icondata_lu::LuMailOpen/><span>"Read"</span></span> }
            .into_any();
    }
    if !can_change {
        return view! { <span class="read-mark"><span>"Unread"</span></span> }.into_any();
    }
    view! {
        <ActionForm action=mark>
            <input type="hidden" name="ids" value=id/>
            <button class="button read-button" data-kind="quiet" data-size="small" title="Mark as read">
                <Icon data=icondata_lu::LuCheck/><span>"Mark as read"</span>
            </button>
        </ActionForm>
    }
    .into_any()
}

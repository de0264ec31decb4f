//! The audit log.

mod sentence;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::api::access::ListAudit;
use crate::api::call::Call;
use crate::pages::load::Load;
use crate::types::{AuditQuery, AuditRow, Page};
use crate::ui::list::OlderLink;
use crate::ui::text::visible;
use crate::ui::{Address, Age, Crumbs, Icon, PageTitle};

use sentence::sentence;

/// `/settings/audit`, for admins.
#[component]
pub fn AuditPage() -> impl IntoView {
    let query = use_query_map();
    let cursor = Memo::new(move |_| query.with(|query| query.get("cursor")));
    let list =
        Load::new(move || Call::of(ListAudit { query: AuditQuery { cursor: cursor.get(), ..AuditQuery::default() } }));
    view! {
        <PageTitle text="Audit log"/>
        {list.show(|page| view! { <Loaded page/> }.into_any())}
    }
}

#[component]
fn Loaded(page: Page<AuditRow>) -> impl IntoView {
    let older = page.next.map(|cursor| Address::new("/settings/audit").with("cursor", Some(cursor)).href());
    let row = |row: AuditRow| {
        view! {
            <tr>
                <td class="cell-title">{sentence(&row)}<Detail row=row.clone()/></td>
                <td class="num cell-age"><Age at=row.created_at/></td>
            </tr>
        }
    };
    view! {
        <header class="list-head">
            <Crumbs href="/settings" parent="Settings" here="Audit log"/>
            <div class="list-title"><h1>"Audit log"</h1></div>
        </header>
        <section class="list" aria-label="Audit log">
            <table class="table audit-table">
                <thead>
                    <tr>
                        <th>"What happened"</th>
                        <th class="num col-age" aria-sort="descending">"When"<Icon data=icondata_lu::LuArrowDown/></th>
                    </tr>
                </thead>
                <tbody>{page.items.into_iter().map(row).collect_view()}</tbody>
            </table>
            <OlderLink href=older/>
        </section>
    }
}

/// The entry as it was recorded, on demand.
#[component]
fn Detail(row: AuditRow) -> impl IntoView {
    let detail = if row.detail.is_null() { String::new() } else { row.detail.to_string() };
    view! {
        <details class="audit-detail">
            <summary>"Details"</summary>
            <p class="mono">{format!("{} {} {}", row.action, visible(&row.subject), visible(&detail))}</p>
        </details>
    }
}

//! The audit log.

mod sentence;

use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

use crate::api::access::ListAudit;
use crate::api::call::Call;
use crate::live::Clock;
use crate::pages::load::Load;
use crate::types::{AuditQuery, AuditRow, Page};
use crate::ui::list::OlderLink;
use crate::ui::text::visible;
use crate::ui::{Address, Age, Crumbs, Icon, NothingMatches, PageTitle, Range, RangeFields};

use sentence::sentence;

/// `/settings/audit`, for admins.
#[component]
pub fn AuditPage() -> impl IntoView {
    let query = use_query_map();
    let now = expect_context::<Clock>().at;
    let view_of = Memo::new(move |_| query.with(|query| (Range::read(query), query.get("cursor"))));
    let list = Load::new(move || {
        let (range, cursor) = view_of.get();
        let (from, to) = range.bounds(now.get_untracked());
        Call::of(ListAudit { query: AuditQuery { from, to, cursor, ..AuditQuery::default() } })
    });
    view! {
        <PageTitle text="Audit log"/>
        {list.show(move |page| view! { <Loaded page range=view_of.get_untracked().0/> }.into_any())}
    }
}

fn href(range: &Range, cursor: Option<String>) -> String {
    range.add_to(Address::new("/settings/audit").with("cursor", cursor)).href()
}

#[component]
fn Loaded(page: Page<AuditRow>, range: Range) -> impl IntoView {
    let older = page.next.map(|cursor| href(&range, Some(cursor)));
    let body = if page.items.is_empty() && range.is_any() {
        view! { <p class="list-note">"No entries yet."</p> }.into_any()
    } else if page.items.is_empty() {
        view! { <NothingMatches what="entry" clear="/settings/audit"/> }.into_any()
    } else {
        view! { <Table rows=page.items/><OlderLink href=older/> }.into_any()
    };
    view! {
        <header class="list-head">
            <Crumbs href="/settings" parent="Settings" here="Audit log"/>
            <div class="list-title"><h1>"Audit log"</h1></div>
            <div class="chips">
                <Form method="GET" action="/settings/audit" attr:class="search-form" attr:role="search">
                    <RangeFields range/>
                    <button class="button search-go" data-size="small">"Filter"</button>
                </Form>
            </div>
        </header>
        <section class="list" aria-label="Audit log">{body}</section>
    }
}

#[component]
fn Table(rows: Vec<AuditRow>) -> impl IntoView {
    let row = |row: AuditRow| {
        view! {
            <tr>
                <td class="cell-title">{sentence(&row)}<Detail row=row.clone()/></td>
                <td class="num cell-age"><Age at=row.created_at/></td>
            </tr>
        }
    };
    view! {
        <table class="table audit-table">
            <thead>
                <tr>
                    <th>"What happened"</th>
                    <th class="num col-age" aria-sort="descending">"When"<Icon data=icondata_lu::LuArrowDown/></th>
                </tr>
            </thead>
            <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
        </table>
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

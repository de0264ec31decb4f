//! The table of rejected requests.

use leptos::prelude::*;

use crate::pages::may::may_act;
use crate::pages::post::{Post, PostForm};
use crate::types::{RefusedRequest, Retried};
use crate::ui::text::{counted, grouped, visible};
use crate::ui::{Age, Icon};

/// The rows, each with a button that verifies the request again, or a link to the resulting event.
#[component]
pub fn Table(requests: Vec<RefusedRequest>, retry: Post<Retried>) -> impl IntoView {
    view! {
        <table class="table refused-table">
            <thead>
                <tr>
                    <th class="col-source">"Source"</th>
                    <th>"Reason"</th>
                    <th class="col-address">"Address"</th>
                    <th class="num col-size">"Size"</th>
                    <th class="num col-age" aria-sort="descending">"Age"<Icon data=icondata_lu::LuArrowDown/></th>
                    <th class="col-again">"Verify again"</th>
                </tr>
            </thead>
            <tbody>{requests.into_iter().map(|request| view! { <Row request retry/> }).collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Row(request: RefusedRequest, retry: Post<Retried>) -> impl IntoView {
    let again = match request.retried_event_id {
        Some(id) => {
            view! { <a class="link above" href=format!("/events?event={id}")>{format!("Event #{id}")}</a> }.into_any()
        }
        None if may_act() => view! {
            <PostForm post=retry>
                <input type="hidden" name="ids" value=request.id/>
                <input type="hidden" name="source" value=""/>
                <button class="button" data-size="small" disabled=move || retry.pending()>"Verify again"</button>
            </PostForm>
        }
        .into_any(),
        None => ().into_any(),
    };
    view! {
        <tr>
            <td class="cell-source">{request.source.clone()}</td>
            <td class="cell-reason" title=visible(&request.detail)>
                <span class="badge" data-status="failed">{request.label().to_owned()}</span>
                " "
                <span>{visible(&request.detail)}</span>
            </td>
            <td class="cell-address mono">{request.ip_address}</td>
            <td class="cell-size num" title=counted(request.size, "byte")>
                {if request.size > 0 { view! {
                    <a class="link above" rel="external" href=format!("/download/refused/{}", request.id)>
                        {grouped(request.size)}
                    </a>
                }.into_any() } else { "–".into_any() }}
            </td>
            <td class="cell-age num"><Age at=request.created_at/></td>
            <td class="cell-again">{again}</td>
        </tr>
    }
}

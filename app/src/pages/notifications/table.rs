//! The table of the log.

use leptos::prelude::*;

use crate::pages::may::may_act;
use crate::pages::post::{Post, PostForm};
use crate::types::{Notification, NotificationStatus};
use crate::ui::text::visible;
use crate::ui::zone::Zone;
use crate::ui::{Age, Icon};

/// The rows; failed and cancelled ones have a button to retry them.
#[component]
pub fn Table(items: Vec<Notification>, retry: Post<()>) -> impl IntoView {
    view! {
        <table class="table notification-table">
            <thead>
                <tr>
                    <th>"Alert"</th><th class="col-source">"Channel"</th><th class="col-source">"Recipient"</th>
                    <th class="col-status">"Status"</th><th class="col-reply">"Reply"</th>
                    <th class="num col-age" aria-sort="descending">"Age"<Icon data=icondata_lu::LuArrowDown/></th>
                    <th class="col-again"><span class="visually-hidden">"Retry"</span></th>
                </tr>
            </thead>
            <tbody>{items.into_iter().map(|item| view! { <Row item retry/> }).collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Row(item: Notification, retry: Post<()>) -> impl IntoView {
    let (icon, tone) = look(item.status);
    let zone = expect_context::<Zone>();
    let reply = {
        let item = item.clone();
        Memo::new(move |_| visible(&item.why(|at| zone.moment(at))))
    };
    let tries = (item.attempts > 1).then(|| format!(", attempt {}", item.attempts));
    let digest = item.digest_id.map(|_| view! { <span class="count">"digest"</span> });
    let again =
        (matches!(item.status, NotificationStatus::Failed | NotificationStatus::Cancelled) && may_act()).then(|| {
            view! {
                <PostForm post=retry>
                    <input type="hidden" name="id" value=item.id/>
                    <button class="button" data-size="small" disabled=move || retry.pending()>"Retry"</button>
                </PostForm>
            }
        });
    view! {
        <tr>
            <td class="cell-title">
                <a class="row-link" href=format!("/alerts/{}", item.alert_id)><bdi>{visible(&item.title)}</bdi></a>
            </td>
            <td class="cell-source">{item.channel_name.unwrap_or_else(|| item.channel.label().to_owned())}</td>
            <td class="cell-recipient mono">{visible(&item.recipient)}</td>
            <td class="cell-status">
                <span class="badge" data-tone=tone><Icon data=icon/><span>{item.status.label()}{tries}</span></span>
            </td>
            <td class="cell-reply mono" title=reply>{digest}{reply}</td>
            <td class="cell-age num"><Age at=item.created_at/></td>
            <td class="cell-again">{again}</td>
        </tr>
    }
}

/// Icon and CSS class of a status.
pub fn look(status: NotificationStatus) -> (icondata_core::Icon, &'static str) {
    match status {
        NotificationStatus::Pending => (icondata_lu::LuCircleDashed, "neutral"),
        NotificationStatus::Sent => (icondata_lu::LuCircleCheck, "ok"),
        NotificationStatus::Failed => (icondata_lu::LuCircleX, "bad"),
        NotificationStatus::Held => (icondata_lu::LuCirclePause, "warn"),
        NotificationStatus::Cancelled => (icondata_lu::LuCircleSlash, "neutral"),
    }
}

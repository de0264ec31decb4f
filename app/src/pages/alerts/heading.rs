//! The unread count, and marking the displayed alerts as read.

use leptos::prelude::*;

use crate::live::Unread;
use crate::pages::alert::Changes;
use crate::pages::may::may_act;
use crate::pages::post::PostForm;
use crate::types::Alert;
use crate::ui::Icon;
use crate::ui::text::capped;

/// Title of the page, with the unread count, which covers severities from warning up.
#[component]
pub fn Heading(alerts: RwSignal<Vec<Alert>>) -> impl IntoView {
    let Unread(unread) = expect_context::<Unread>();
    view! {
        <div class="list-title">
            <h1>"Alerts"</h1>
            <p>{move || capped(unread.get())}" unread"<span class="button-long">", warning or higher"</span></p>
            {may_act().then(|| view! { <MarkShown alerts/> })}
        </div>
    }
}

/// Marks every alert on the page as read. A plain form, so that it works without JavaScript.
#[component]
fn MarkShown(alerts: RwSignal<Vec<Alert>>) -> impl IntoView {
    let post = expect_context::<Changes>();
    let unread = Memo::new(move |_| {
        alerts.with(|alerts| {
            alerts.iter().filter(|alert| !alert.is_read).map(|alert| alert.id.to_string()).collect::<Vec<_>>()
        })
    });
    move || {
        let ids = unread.get();
        (!ids.is_empty()).then(|| {
            view! {
                <PostForm post>
                    <input type="hidden" name="change" value="read"/>
                    <input type="hidden" name="ids" value=ids.join(",")/>
                    <button class="button">
                        <Icon data=icondata_lu::LuMailOpen/>
                        <span>"Mark "{ids.len()}" "<span class="button-long">"shown as "</span>"read"</span>
                    </button>
                </PostForm>
            }
        })
    }
}

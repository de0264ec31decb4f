//! Who takes care of an alert.

use leptos::prelude::*;

use super::Changes;
use crate::pages::may::may_act;
use crate::pages::post::PostForm;
use crate::types::{Alert, Shell, UNASSIGNED};
use crate::ui::Icon;
use crate::ui::text::visible;

/// The assignee; for operators and admins a choice.
#[component]
pub fn Assignee(alert: Alert) -> impl IntoView {
    if !may_act() {
        return alert.assignee.map(|email| format!("Assigned to {}", visible(&email))).into_any();
    }
    let post = expect_context::<Changes>();
    let chosen = alert.assignee.unwrap_or_default();
    view! {
        <PostForm post>
            <input type="hidden" name="change" value="assign"/>
            <input type="hidden" name="ids" value=alert.id/>
            <label class="assignee">
                <Icon data=icondata_lu::LuUserRound/><span class="visually-hidden">"Assigned to"</span>
                <select class="select" name="assignee">
                    {choices(&chosen).into_iter().map(|email| option(email, &chosen)).collect_view()}
                </select>
            </label>
            <button class="button" data-kind="quiet" data-size="small" disabled=move || post.pending()>"Assign"</button>
        </PostForm>
    }
    .into_any()
}

/// Nobody, everybody who can act, and the present assignee, who may not be able to any more.
fn choices(chosen: &str) -> Vec<String> {
    let mut emails = use_context::<Shell>().map(|shell| shell.assignees).unwrap_or_default();
    if !chosen.is_empty() && !emails.iter().any(|email| email == chosen) {
        emails.push(chosen.to_owned());
    }
    emails.insert(0, String::new());
    emails
}

fn option(email: String, chosen: &str) -> impl IntoView + use<> {
    let is_chosen = email == chosen;
    let word = if email.is_empty() { "Unassigned".to_owned() } else { visible(&email) };
    let value = if email.is_empty() { UNASSIGNED.to_owned() } else { email };
    view! { <option value=value selected=is_chosen prop:selected=is_chosen>{word}</option> }
}

/// The part of an email before the `@`, for narrow places.
pub fn short_name(email: &str) -> &str {
    email.split('@').next().unwrap_or(email)
}

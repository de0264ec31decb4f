//! The Overview before a source exists: a checklist of set-up steps.

use leptos::prelude::*;

use crate::pages::may::may_set_up;
use crate::ui::{Empty, Icon, Step};

const TEXT: &str = "A source is a webhook URL that a service such as GitHub or Stripe posts to. Alerts appear here within a second of its first event.";

/// Replaces the whole Overview; only admins get the link to add a source.
#[component]
pub fn Start() -> impl IntoView {
    let may_add = may_set_up();
    view! {
        <Empty icon=icondata_lu::LuWebhook title="No sources yet" text=TEXT>
            {if may_add {
                view! {
                    <div class="button-row">
                        <a class="button" data-kind="primary" href="/sources/new">
                            <Icon data=icondata_lu::LuPlus/>"Add a source"
                        </a>
                    </div>
                }.into_any()
            } else {
                view! { <p>"An admin can add one."</p> }.into_any()
            }}
            <ol class="checks">
                <Step done=true name="Server is running" note=""/>
                <Step done=true name="Admin account created" note=""/>
                <Step done=false name="First source" note="next step"/>
                <Step done=false name="First event" note="waiting"/>
            </ol>
        </Empty>
    }
}

//! Empty states, which name the next step.

use icondata_core::Icon as Data;
use leptos::prelude::*;

use super::Icon;

#[component]
pub fn Empty(icon: Data, #[prop(into)] title: String, #[prop(into)] text: String, children: Children) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty-icon"><Icon data=icon/></span>
            <h2>{title}</h2>
            <p>{text}</p>
            {children()}
        </div>
    }
}

/// One item of the set-up checklist.
#[component]
pub fn Step(done: bool, #[prop(into)] name: String, #[prop(into)] note: String) -> impl IntoView {
    let icon = if done { icondata_lu::LuCircleCheck } else { icondata_lu::LuCircleDashed };
    view! {
        <li class="check" data-tone=done.then_some("ok")>
            <Icon data=icon/><span>{name}</span><small>{note}</small>
        </li>
    }
}

//! Empty states, which name the next step.

use icondata_core::Icon as Data;
use leptos::prelude::*;

use super::Icon;

/// What a list shows in place of rows.
#[component]
pub fn Empty(
    /// Decorative icon.
    icon: Data,
    /// Heading, such as `No events yet`.
    #[prop(into)]
    title: String,
    /// Why, or what would appear here.
    #[prop(into)]
    text: String,
    /// Links or buttons for the next step.
    children: Children,
) -> impl IntoView {
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
pub fn Step(
    /// Whether the step is complete.
    done: bool,
    /// What the step is.
    #[prop(into)]
    name: String,
    /// A short remark; may be empty.
    #[prop(into)]
    note: String,
) -> impl IntoView {
    let icon = if done { icondata_lu::LuCircleCheck } else { icondata_lu::LuCircleDashed };
    view! {
        <li class="check" data-tone=done.then_some("ok")>
            <Icon data=icon/><span>{name}</span><small>{note}</small>
        </li>
    }
}

/// Empty state of a filtered list.
#[component]
pub fn NothingMatches(
    /// Singular noun for a row, such as `alert`.
    what: &'static str,
    /// URL of the list without filters.
    clear: &'static str,
) -> impl IntoView {
    view! {
        <Empty icon=icondata_lu::LuSearchX title="Nothing matches" text=format!("No {what} matches these filters.")>
            <div class="button-row"><a class="button" href=clear>"Clear filters"</a></div>
        </Empty>
    }
}

//! The alert drawer beside the list, which stays interactive.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::order::{focus_row, neighbour};
use super::view::View;
use crate::pages::alert::{AlertColumn, alert_resource, provide_draft};
use crate::types::Alert;
use crate::ui::Icon;

/// Id of the open alert, from the URL.
pub fn opened() -> Memo<Option<i64>> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get("open").and_then(|id| id.parse().ok())))
}

/// The open alert, with links to its neighbours in `alerts`; nothing while none is open.
#[component]
pub fn Drawer(open: Memo<Option<i64>>, alerts: RwSignal<Vec<Alert>>, view_of: Memo<View>) -> impl IntoView {
    let detail = alert_resource(open);
    provide_draft();
    let close = move || view_of.with(|view| view.with_open(None));
    view! {
        <Show when=move || open.get().is_some()>
            <aside class="drawer" aria-label="Alert">
                <header class="drawer-head">
                    <Place open alerts view_of/>
                    <a class="icon-button" href=move || format!("/alerts/{}", open.get().unwrap_or_default())
                        title="Own page" aria-label="Open on its own page">
                        <Icon data=icondata_lu::LuMaximize2/>
                    </a>
                    <a class="icon-button" data-noscroll="" href=close title="Close" aria-label="Close"
                        on:click=move |_| focus_row(open.get_untracked().unwrap_or_default())>
                        <Icon data=icondata_lu::LuX/>
                    </a>
                </header>
                {detail.show(|detail| view! { <AlertColumn detail/> }.into_any())}
            </aside>
        </Show>
    }
}

/// `1 of 40`, with links to the previous and next alert.
#[component]
fn Place(open: Memo<Option<i64>>, alerts: RwSignal<Vec<Alert>>, view_of: Memo<View>) -> impl IntoView {
    let place = move || alerts.with(|alerts| alerts.iter().position(|alert| Some(alert.id) == open.get()));
    let words = move || place().map(|at| format!("{} of {}", at + 1, alerts.with(Vec::len)));
    let href =
        move |step: isize| neighbour(alerts, open.get(), step).map(|id| view_of.with(|view| view.with_open(Some(id))));
    view! {
        <span class="drawer-place">{words}</span>
        <a class="icon-button" data-noscroll="" href=move || href(-1)
            aria-disabled=move || href(-1).is_none().to_string() aria-label="Previous alert" title="Previous (k)">
            <Icon data=icondata_lu::LuChevronUp/>
        </a>
        <a class="icon-button" data-noscroll="" href=move || href(1) aria-disabled=move || href(1).is_none().to_string()
            aria-label="Next alert" title="Next (j)">
            <Icon data=icondata_lu::LuChevronDown/>
        </a>
    }
}

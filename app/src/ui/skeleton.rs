//! Skeleton rows, shown while a list loads.

use leptos::prelude::*;

/// Eight grey bars, announced as "Loading".
#[component]
pub fn Skeleton() -> impl IntoView {
    let row = |i: usize| view! { <li><span class="skeleton" style=format!("--w:{}%", 30 + (i * 37) % 50)></span></li> };
    view! {
        <div class="skeletons" aria-busy="true" aria-label="Loading">
            <ul>{(0..8).map(row).collect_view()}</ul>
        </div>
    }
}

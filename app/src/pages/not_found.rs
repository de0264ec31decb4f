//! The 404 page.

use leptos::prelude::*;

use crate::ui::{Icon, PageTitle};

/// Shown for every path without a route, signed in or not.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <PageTitle text="Not found"/>
        <main class="gate" id="main">
            <section class="empty">
                <span class="empty-icon"><Icon data=icondata_lu::LuSearchX/></span>
                <h2>"Page not found"</h2>
                <p>"The address may be mistyped, or the page may have been removed."</p>
                <div class="button-row"><a class="button" href="/" rel="external">"Go to overview"</a></div>
            </section>
        </main>
    }
}

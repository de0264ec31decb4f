//! No such page.

use leptos::prelude::*;

use crate::ui::{Icon, PageTitle};

#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <PageTitle text="Not found"/>
        <main class="gate" id="main">
            <section class="empty">
                <span class="empty-icon"><Icon data=icondata_lu::LuSearchX/></span>
                <h2>"There is no such page"</h2>
                <p>"The address may be mistyped, or what it named is gone."</p>
                <div class="button-row"><a class="button" href="/" rel="external">"To the Overview"</a></div>
            </section>
        </main>
    }
}

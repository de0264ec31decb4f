//! Shown where the program of a page could not be loaded.

use leptos::prelude::*;

use super::Icon;
use super::problem::on_reconnect;

/// The server is away, or runs another version than this page. Reloads when the live connection is back.
#[component]
pub fn Unloaded() -> impl IntoView {
    on_reconnect(Callback::new(|()| drop(window().location().reload())));
    view! {
        <section class="empty" role="alert">
            <span class="empty-icon" data-tone="bad"><Icon data=icondata_lu::LuUnplug/></span>
            <h2>"This page could not be loaded"</h2>
            <p>"The server cannot be reached, or it was updated."</p>
            <div class="button-row"><a class="button" data-kind="primary" href="" rel="external">"Reload"</a></div>
        </section>
    }
}

//! Navigation: the pages, with the number of unread alerts.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::live::{Clock, Unread};
use crate::types::{Shell, time};
use crate::ui::text::{counted_some, short};
use crate::ui::{Brand, Icon};

/// The links, the unread count, host and uptime.
#[component]
pub fn Rail(shell: Shell) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let Unread(unread) = expect_context::<Unread>();
    let up = move || time::span(clock.now() - shell.started_at);
    let count = move || {
        (unread.get() > 0).then(|| view! {
            <span class="rail-count" aria-label=counted_some(unread.get(), "unread alert")>{short(unread.get())}</span>
        })
    };
    view! {
        <aside class="rail" aria-label="Navigation">
            <a class="brand" href="/"><Brand/></a>
            <nav aria-label="Main">
                <ul class="rail-nav">
                    <li><A href="/" exact=true attr:class="rail-link" attr:title="Overview">
                        <Icon data=icondata_lu::LuLayoutDashboard/><span class="rail-word">"Overview"</span>
                    </A></li>
                    <li><A href="/alerts" attr:class="rail-link" attr:title="Alerts">
                        <Icon data=icondata_lu::LuBell/><span class="rail-word">"Alerts"</span>{count}
                    </A></li>
                    <li><A href="/events" attr:class="rail-link" attr:title="Events">
                        <Icon data=icondata_lu::LuActivity/><span class="rail-word">"Events"</span>
                    </A></li>
                    <li><A href="/sources" attr:class="rail-link" attr:title="Sources">
                        <Icon data=icondata_lu::LuWebhook/><span class="rail-word">"Sources"</span>
                    </A></li>
                    <li><A href="/notifications" attr:class="rail-link" attr:title="Notifications">
                        <Icon data=icondata_lu::LuSend/><span class="rail-word">"Notifications"</span>
                    </A></li>
                    <li class="rail-last"><A href="/settings" attr:class="rail-link" attr:title="Settings">
                        <Icon data=icondata_lu::LuSettings/><span class="rail-word">"Settings"</span>
                    </A></li>
                </ul>
            </nav>
            <p class="rail-foot"><strong>{shell.host}</strong>{format!("v{} · up ", shell.version)}{up}</p>
        </aside>
    }
}

//! The pages, one file or folder each. Only pages load data.

mod alert;
mod alerts;
mod document;
mod events;
mod gate;
mod lazy;
mod load;
mod may;
mod not_found;
mod notifications;
mod overview;
mod palette;
mod post;
mod saved;
mod settings;
mod shell;
mod sources;
mod typing;

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, path};

pub use document::{Assets, Theme, document};

use lazy::Lazy;
pub use lazy::load_part_of;

/// The root component: the router with all pages. Routes use `SsrMode::Async`: pages are rendered in full, so that they work
/// without JavaScript.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    crate::ui::provide_app_name();
    view! {
        <Router>
            <Routes fallback=not_found::NotFound>
                <Route path=path!("/sign-in") view=gate::SignIn ssr=SsrMode::Async/>
                <Route path=path!("/setup") view=gate::Setup ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=shell::Frame ssr=SsrMode::Async>
                    <Route path=path!("") view=overview::OverviewPage/>
                    <Route path=path!("/alerts") view=Lazy::Alerts/>
                    <Route path=path!("/alerts/:id") view=Lazy::Alert/>
                    <Route path=path!("/events") view=Lazy::Events/>
                    <Route path=path!("/events/refused") view=Lazy::Refused/>
                    <Route path=path!("/notifications") view=Lazy::Notifications/>
                    <Route path=path!("/notifications/channels") view=Lazy::Channels/>
                    <Route path=path!("/settings") view=Lazy::Settings/>
                    <Route path=path!("/settings/audit") view=Lazy::Audit/>
                    <Route path=path!("/sources") view=Lazy::Sources/>
                    <Route path=path!("/sources/new") view=Lazy::NewSource/>
                    <Route path=path!("/sources/:slug") view=Lazy::Source/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

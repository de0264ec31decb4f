//! The pages, one file or folder each. Only pages load data.

mod alert;
mod alerts;
mod document;
mod events;
mod gate;
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

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, path};

pub use document::{AssetVersion, Theme, document};

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
                    <Route path=path!("/alerts") view=alerts::AlertsPage/>
                    <Route path=path!("/alerts/:id") view=alert::AlertPage/>
                    <Route path=path!("/events") view=events::EventsPage/>
                    <Route path=path!("/events/refused") view=events::RefusedPage/>
                    <Route path=path!("/notifications") view=notifications::NotificationsPage/>
                    <Route path=path!("/notifications/channels") view=notifications::ChannelsPage/>
                    <Route path=path!("/settings") view=settings::SettingsPage/>
                    <Route path=path!("/settings/audit") view=settings::AuditPage/>
                    <Route path=path!("/sources") view=sources::SourcesPage/>
                    <Route path=path!("/sources/new") view=sources::NewSourcePage/>
                    <Route path=path!("/sources/:slug") view=sources::SourcePage/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

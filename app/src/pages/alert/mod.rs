//! The alert detail: message, metadata, timeline and actions. The page and the drawer show the same content.

mod actions;
mod assignee;
mod earlier;
mod links;
mod mute;
mod note;
mod parts;
mod timeline;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::api::alerts::GetAlert;
use crate::api::call::Call;
use crate::error::Error;
use crate::live::Live;
use crate::pages::load::Load;
use crate::types::AlertDetail;
use crate::ui::{ConnectionLost, Crumbs, ErrorBanner, PageTitle, Problem};

pub use actions::{Changes, act};
pub use assignee::short_name;
use earlier::EarlierAlerts;
use note::NoteForm;
pub use note::provide_draft;
use parts::{EventLink, Head, Message, Metadata, Told};
use timeline::Timeline;

/// `/alerts/:id`.
#[component]
pub fn AlertPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").and_then(|id| id.parse::<i64>().ok())));
    let alert = alert_resource(id);
    provide_draft();
    view! {
        {alert.show_either(move |answer| match answer {
            Ok(detail) => view! { <Page detail/> }.into_any(),
            Err(error) => view! { <PageTitle text="Alert"/><Problem error retry=move |()| alert.again()/> }.into_any(),
        })}
    }
}

/// Loads an alert by id, and reloads it whenever the live stream reports a change of it.
pub fn alert_resource(id: Memo<Option<i64>>) -> Load<AlertDetail> {
    let live = expect_context::<Live>();
    let changes = Memo::new(move |_| {
        live.log.with(|log| log.iter().filter(|arrival| Some(arrival.alert.id) == id.get()).count() as u32)
    });
    Load::new(move || match id.get() {
        Some(id) => Call::of(GetAlert { id }).at(&[changes.get(), live.reload.get()]),
        None => Call::answered(Err(Error::not_found("alert"))),
    })
}

#[component]
fn Page(detail: AlertDetail) -> impl IntoView {
    let change = expect_context::<Changes>();
    let alert = detail.alert.clone();
    view! {
        <PageTitle text=alert.title.clone()/>
        <div class="page detail">
            <Crumbs href="/alerts" parent="Alerts" here=format!("#{}", alert.id)/>
            <ConnectionLost/>
            {move || change.error().map(|error| view! { <ErrorBanner error/> })}
            <Head alert=alert.clone()/>
            <div class="detail-columns">
                <article class="card">
                    <Message alert=alert.clone()/>
                    <Metadata metadata=alert.metadata.clone()/>
                    <EarlierAlerts earlier=detail.earlier/>
                    <EventLink alert=alert.clone()/>
                </article>
                <aside class="card">
                    <Timeline alert=alert.clone() timeline=detail.timeline next=detail.timeline_next/>
                    <Told notifications=detail.notifications/>
                    <NoteForm id=alert.id/>
                </aside>
            </div>
        </div>
    }
}

/// The detail in one column, for the drawer.
#[component]
pub fn AlertColumn(detail: AlertDetail) -> impl IntoView {
    let alert = detail.alert.clone();
    view! {
        <div class="drawer-body">
            <Head alert=alert.clone() in_drawer=true/>
            <Message alert=alert.clone()/>
            <Metadata metadata=alert.metadata.clone()/>
            <EarlierAlerts earlier=detail.earlier/>
            <Timeline alert=alert.clone() timeline=detail.timeline next=detail.timeline_next/>
            <Told notifications=detail.notifications/>
            <NoteForm id=alert.id/>
        </div>
        <EventLink alert/>
    }
}

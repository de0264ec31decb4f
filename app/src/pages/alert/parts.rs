//! The parts of the alert detail.

use leptos::prelude::*;
use serde_json::{Map, Value};

use super::actions::Actions;
use super::assignee::Assignee;
use super::links::Links;
use crate::types::{Alert, AlertKind, Notification, NotificationStatus};
use crate::ui::linked::linked;
use crate::ui::text::{is_link, visible};
use crate::ui::zone::Zone;
use crate::ui::{Age, Icon, Muted, Occurrences, SeverityBadge, StateMark};

/// Badges, title, source and actions. The title is an `h1` on the page and an `h2` in the drawer.
#[component]
pub fn Head(alert: Alert, #[prop(default = false)] in_drawer: bool) -> impl IntoView {
    let title = visible(&alert.title);
    let title = if in_drawer {
        view! { <h2 dir="auto">{title}</h2> }.into_any()
    } else {
        view! { <h1 dir="auto">{title}</h1> }.into_any()
    };
    view! {
        <header class="detail-head">
            <div class="detail-badges">
                <SeverityBadge severity=alert.severity/>
                {(alert.kind == AlertKind::Problem).then(|| view! { <StateMark state=alert.state/> })}
                <Occurrences count=alert.occurrences/>
                <Muted until=alert.muted_until/>
            </div>
            {title}
            <p>{format!("{} · first seen ", alert.source_name)}<Age at=alert.created_at/></p>
            <Assignee alert=alert.clone()/>
            <Links alert=alert.clone()/>
            <Actions alert/>
        </header>
    }
}

/// The message, or a note that there is none.
#[component]
pub fn Message(alert: Alert) -> impl IntoView {
    let text = if alert.message.is_empty() { "No message." } else { alert.message.as_str() };
    view! { <section class="panel"><h2>"Message"</h2><p class="message" dir="auto">{linked(text)}</p></section> }
}

/// The metadata as pairs; links only for http and https values. Nothing if there is none.
#[component]
pub fn Metadata(metadata: Map<String, Value>) -> impl IntoView {
    let pair = |(key, value): (String, Value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let shown = visible(&text);
        let value = if is_link(&text) {
            view! { <a href=text rel="noopener noreferrer" target="_blank">{shown}</a> }.into_any()
        } else {
            shown.into_any()
        };
        view! { <dt dir="auto">{visible(&key)}</dt><dd dir="auto">{value}</dd> }
    };
    (!metadata.is_empty()).then(|| {
        view! {
            <section class="panel">
                <h2>"Metadata"</h2><dl class="pairs">{metadata.into_iter().map(pair).collect_view()}</dl>
            </section>
        }
    })
}

/// Link to the event that opened the alert; nothing once retention has removed the event.
#[component]
pub fn EventLink(alert: Alert) -> impl IntoView {
    alert.webhook_event_id.map(|id| {
        view! {
            <a class="panel-link" href=format!("/events?event={id}")>
                <Icon data=icondata_lu::LuBraces/>{format!("Raw event #{id}")}<Icon data=icondata_lu::LuArrowRight/>
            </a>
        }
    })
}

/// The alert's notifications with the provider's responses.
#[component]
pub fn Told(notifications: Vec<Notification>) -> impl IntoView {
    let row = |item: Notification| {
        let tone = match item.status {
            NotificationStatus::Sent => "ok",
            NotificationStatus::Failed => "bad",
            NotificationStatus::Held => "warn",
            NotificationStatus::Pending | NotificationStatus::Cancelled => "neutral",
        };
        let zone = expect_context::<Zone>();
        let shown = item.clone();
        let reply = Memo::new(move |_| visible(&shown.why(|at| zone.moment(at))));
        view! {
            <li>
                <span>{item.channel_name.unwrap_or_else(|| item.channel.label().to_owned())}</span>
                <span class="badge" data-tone=tone>{item.status.label()}</span>
                <span class="mono" title=reply>{reply}</span>
            </li>
        }
    };
    (!notifications.is_empty()).then(|| {
        view! {
            <section class="panel">
                <h2>"Notifications"</h2><ul class="told">{notifications.into_iter().map(row).collect_view()}</ul>
            </section>
        }
    })
}

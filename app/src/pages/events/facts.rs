//! Details of an event: verification result, alerts, attempts, headers.

use leptos::prelude::*;
use serde_json::{Map, Value};

use crate::types::{Alert, Event, EventStatus, EventView, Mapping, Verdict, time};
use crate::ui::badge::severity_icon;
use crate::ui::text::{grouped, visible};
use crate::ui::zone::Moment;
use crate::ui::{Icon, StatusBadge};

/// Everything about the event except its payload.
#[component]
pub fn Facts(event: EventView) -> impl IntoView {
    let row = event.detail.event.clone();
    view! {
        <aside class="facts">
            <Signed verdict=event.detail.verdict size=event.size/>
            <Alerts alerts=event.alerts mapping=event.detail.mapping status=row.status/>
            <Attempts event=row.clone()/>
            <Delivery event=row/>
            <Headers headers=event.detail.headers/>
        </aside>
    }
}

#[component]
fn Signed(verdict: Verdict, size: i64) -> impl IntoView {
    let how = if verdict.scheme == "token" {
        "Matches this source's token".to_owned()
    } else {
        format!("{} over {} raw bytes", verdict.scheme.to_uppercase(), grouped(size))
    };
    view! {
        <div class="verdict" data-tone="ok">
            <Icon data=icondata_lu::LuShieldCheck/>
            <div><strong>"Signature valid"</strong><p>{how}</p></div>
        </div>
    }
}

#[component]
fn Alerts(alerts: Vec<Alert>, mapping: Option<Mapping>, status: EventStatus) -> impl IntoView {
    let link = |alert: Alert| {
        view! {
            <a class="fact-link" data-severity=alert.severity.as_str() href=format!("/alerts/{}", alert.id)>
                <Icon data=severity_icon(alert.severity)/>
                <bdi>{visible(&alert.title)}</bdi>
                <Icon data=icondata_lu::LuArrowRight/>
            </a>
        }
    };
    let title = if alerts.len() == 1 { "Alert created" } else { "Alerts created" };
    let none = alerts.is_empty().then(|| {
        let words = if status == EventStatus::Processed {
            "No alert: below this source's minimum severity."
        } else {
            "None yet."
        };
        view! { <p class="fact-note">{words}</p> }
    });
    let how = mapping.map(|mapping| {
        let rule = mapping.rule.map_or_else(|| "Provider pack default".to_owned(), |rule| format!("Rule “{rule}”"));
        let fallback = mapping.fallback.map(|reason| view! { <p class="field-error">{visible(&reason)}</p> });
        view! { <p class="fact-note">{rule}</p>{fallback} }
    });
    view! { <section class="fact"><h2>{title}</h2>{alerts.into_iter().map(link).collect_view()}{none}{how}</section> }
}

#[component]
fn Attempts(event: Event) -> impl IntoView {
    // Of an event that was reprocessed or postponed the time since its receipt says nothing about processing.
    let took = event
        .processed_at
        .filter(|_| event.status == EventStatus::Processed && event.replays == 0)
        .map(|at| format!("took {}", time::took(at - event.created_at)));
    let done = event
        .processed_at
        .filter(|_| event.status == EventStatus::Processed)
        .map(|at| view! { <Moment at/> }.into_any());
    let due = (event.status == EventStatus::Pending && event.attempts > 0)
        .then(|| view! { "next attempt at "<Moment at=event.due_at/> }.into_any());
    let error = event.error_message.map(
        |why| view! { <p class="field-error"><Icon data=icondata_lu::LuCircleX/><span>{visible(&why)}</span></p> },
    );
    view! {
        <section class="fact">
            <h2>"Attempts"<span>{took}</span></h2>
            <p class="fact-row">
                <span>{event.attempts}</span><StatusBadge status=event.status/><span>{done.or(due)}</span>
            </p>
            {error}
        </section>
    }
}

#[component]
fn Delivery(event: Event) -> impl IntoView {
    view! {
        <section class="fact">
            <h2>"Delivery"</h2>
            <dl class="pairs">
                <dt>"ID"</dt><dd>{visible(&event.delivery_id)}</dd>
                <dt>"From"</dt><dd>{event.ip_address}</dd>
                <dt>"Request ID"</dt><dd>{event.request_id}</dd>
            </dl>
        </section>
    }
}

/// The headers by name, with their number.
#[component]
pub fn Headers(headers: Map<String, Value>) -> impl IntoView {
    let count = headers.len();
    let pair = |(name, value): (String, Value)| {
        view! { <dt>{visible(&name)}</dt><dd>{visible(value.as_str().unwrap_or_default())}</dd> }
    };
    view! {
        <section class="fact">
            <h2>"Headers"<span>{count}</span></h2><dl class="pairs">{headers.into_iter().map(pair).collect_view()}</dl>
        </section>
    }
}

//! One alert: message, metadata, timeline.

use icondata_core::Icon as Data;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use serde_json::{Map, Value};

use crate::api::alerts::{MarkAlertsRead, get_alert};
use crate::error::Error;
use crate::live::Live;
use crate::types::{Activity, ActivityKind, Actor, Alert, AlertDetail, Role, time};
use crate::ui::badge::severity_icon;
use crate::ui::text::{is_link, visible};
use crate::ui::{Age, ConnectionLost, ErrorBanner, Icon, Problem, SeverityBadge, StateMark};

#[component]
pub fn AlertPage() -> impl IntoView {
    let params = use_params_map();
    let live = expect_context::<Live>();
    let id = Memo::new(move |_| params.with(|params| params.get("id").and_then(|id| id.parse::<i64>().ok())));
    let changes = Memo::new(move |_| {
        live.log.with(|log| log.iter().filter(|f| f.data.get("id").and_then(Value::as_i64) == id.get()).count())
    });
    let alert = Resource::new(
        move || (id.get(), changes.get(), live.reload.get()),
        |(id, ..)| async move {
            match id {
                Some(id) => get_alert(id).await,
                None => Err(Error::not_found("alert")),
            }
        },
    );
    let mark = ServerAction::<MarkAlertsRead>::new();
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match alert.await {
                    Ok(detail) => view! { <Loaded detail mark/> }.into_any(),
                    Err(error) => view! { <Problem error retry=move |()| alert.refetch()/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Loaded(detail: AlertDetail, mark: ServerAction<MarkAlertsRead>) -> impl IntoView {
    let AlertDetail { alert, timeline } = detail;
    view! {
        <Title text=format!("{} · OpsCenter", visible(&alert.title))/>
        <div class="page detail">
            <nav class="crumbs" aria-label="Breadcrumb">
                <a href="/alerts">"Alerts"</a><Icon data=icondata_lu::LuChevronRight/><span aria-current="page">{format!("#{}", alert.id)}</span>
            </nav>
            <ConnectionLost/>
            {move || mark.value().with(|value| value.clone().and_then(Result::err)).map(|error| view! { <ErrorBanner error/> })}
            <Head alert=alert.clone() mark/>
            <div class="detail-columns">
                <article class="card">
                    <section class="panel"><h2>"Message"</h2><p class="message" dir="auto">{message(&alert)}</p></section>
                    {(!alert.metadata.is_empty()).then(|| view! { <Metadata metadata=alert.metadata.clone()/> })}
                </article>
                <aside class="card"><Timeline alert timeline/></aside>
            </div>
        </div>
    }
}

fn message(alert: &Alert) -> String {
    if alert.message.is_empty() { "The title says it all.".to_owned() } else { visible(&alert.message) }
}

#[component]
fn Head(alert: Alert, mark: ServerAction<MarkAlertsRead>) -> impl IntoView {
    let can_change = use_context::<Actor>().is_some_and(|actor| actor.role >= Role::Operator);
    let count =
        (alert.occurrences > 1).then(|| view! { <span class="count">{format!("×{}", alert.occurrences)}</span> });
    let action = (!alert.is_read && can_change).then(|| {
        view! {
            <div class="detail-actions">
                <ActionForm action=mark>
                    <input type="hidden" name="ids" value=alert.id/>
                    <button class="button" data-kind="primary"><Icon data=icondata_lu::LuCheck/>"Mark as read"</button>
                </ActionForm>
            </div>
        }
    });
    view! {
        <header class="detail-head">
            <div class="detail-badges"><SeverityBadge severity=alert.severity/><StateMark state=alert.state/>{count}</div>
            <h1 dir="auto">{visible(&alert.title)}</h1>
            <p>{format!("{} · first seen ", alert.source_name)}<Age at=alert.created_at/></p>
            {action}
        </header>
    }
}

#[component]
fn Metadata(metadata: Map<String, Value>) -> impl IntoView {
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
    view! { <section class="panel"><h2>"Metadata"</h2><dl class="pairs">{metadata.into_iter().map(pair).collect_view()}</dl></section> }
}

#[component]
fn Timeline(alert: Alert, timeline: Vec<Activity>) -> impl IntoView {
    let step = move |step: Activity| {
        let severity = (step.kind == ActivityKind::Opened).then_some(alert.severity.as_str());
        view! {
            <li data-severity=severity>
                <Icon data=step_icon(&step, &alert)/>
                <span>{step_words(&step)}</span>
                <time datetime=time::iso(step.created_at) title=time::exact(step.created_at)>{time::clock(step.created_at)}</time>
            </li>
        }
    };
    view! { <section class="panel"><h2>"Timeline"</h2><ol class="timeline">{timeline.into_iter().map(step).collect_view()}</ol></section> }
}

fn step_icon(step: &Activity, alert: &Alert) -> Data {
    match step.kind {
        ActivityKind::Opened => severity_icon(alert.severity),
        ActivityKind::Repeated | ActivityKind::Replayed => icondata_lu::LuRepeat2,
        ActivityKind::Read | ActivityKind::Unread => icondata_lu::LuEye,
        ActivityKind::Resolved => icondata_lu::LuCircleCheck,
        _ => icondata_lu::LuCheck,
    }
}

fn step_words(step: &Activity) -> String {
    let event = step.webhook_event_id.map(|id| format!(" by event #{id}")).unwrap_or_default();
    match step.kind {
        ActivityKind::Opened => format!("Opened{event}"),
        ActivityKind::Repeated => format!("Repeated{event}"),
        ActivityKind::Resolved if step.webhook_event_id.is_some() => format!("Resolved{event}"),
        kind => {
            let word = kind.as_str();
            format!("{}{} by {}", word[..1].to_uppercase(), &word[1..], visible(&step.actor))
        }
    }
}

//! The alert's timeline, newest first.

use icondata_core::Icon as Data;
use leptos::prelude::*;

use crate::api::alerts::ListTimeline;
use crate::api::call::Call;
use crate::types::words::capitalized;
use crate::types::{Activity, ActivityKind, Alert, Severity, Shell};
use crate::ui::badge::severity_icon;
use crate::ui::linked::with_mentions;
use crate::ui::list::LoadOlder;
use crate::ui::text::visible;
use crate::ui::zone::{Moment, Zone};
use crate::ui::{Icon, Task};

/// The newest entries, and a button that loads earlier ones if `next` is their cursor.
#[component]
pub fn Timeline(alert: Alert, timeline: Vec<Activity>, next: Option<String>) -> impl IntoView {
    let (steps, next) = (RwSignal::new(timeline), RwSignal::new(next));
    let (id, severity) = (alert.id, alert.severity);
    let rows = move || {
        steps.with(|steps| steps.iter().map(|step| view! { <Step step=step.clone() severity/> }).collect_view())
    };
    view! {
        <section class="panel"><h2>"Timeline"</h2><ol class="timeline">{rows}</ol><Earlier id steps next/></section>
    }
}

#[component]
fn Step(step: Activity, severity: Severity) -> impl IntoView {
    let (zone, at) = (expect_context::<Zone>(), step.created_at);
    let people = use_context::<Shell>().map(|shell| shell.assignees).unwrap_or_default();
    let drawn = icon(&step, severity);
    let of_opening = (step.kind == ActivityKind::Opened).then_some(severity.as_str());
    view! {
        <li data-severity=of_opening>
            <Icon data=drawn/>
            <span dir="auto">{move || with_mentions(&words(&step, zone), &people)}</span>
            <Moment at/>
        </li>
    }
}

/// The button that appends earlier entries.
#[component]
fn Earlier(id: i64, steps: RwSignal<Vec<Activity>>, next: RwSignal<Option<String>>) -> impl IntoView {
    let task = Task::default();
    let load = move |cursor: String| {
        task.start(async move {
            let page = Call::of(ListTimeline { id, cursor }).send().await?;
            steps.update(|steps| steps.extend(page.items));
            next.set(page.next);
            Ok(())
        });
    };
    view! { <LoadOlder next task load href=move |_: &str| format!("/alerts/{id}")/> }
}

fn icon(step: &Activity, severity: Severity) -> Data {
    match step.kind {
        ActivityKind::Opened => severity_icon(severity),
        ActivityKind::Repeated => icondata_lu::LuRepeat2,
        ActivityKind::Replayed => icondata_lu::LuRotateCcw,
        ActivityKind::Read | ActivityKind::Unread => icondata_lu::LuEye,
        ActivityKind::Resolved => icondata_lu::LuCircleCheck,
        ActivityKind::Noted if step.detail.contains_key("assignee") => icondata_lu::LuUserRound,
        ActivityKind::Noted => icondata_lu::LuMessageSquare,
        ActivityKind::Notified => icondata_lu::LuSend,
        ActivityKind::Muted => icondata_lu::LuBellOff,
        ActivityKind::Acknowledged | ActivityKind::Reopened => icondata_lu::LuCheck,
    }
}

fn words(step: &Activity, zone: Zone) -> String {
    let event = step.webhook_event_id.map(|id| format!(" by event #{id}")).unwrap_or_default();
    let text = |key: &str| step.detail.get(key).and_then(serde_json::Value::as_str).map(visible).unwrap_or_default();
    match step.kind {
        ActivityKind::Opened => format!("Opened{event}"),
        ActivityKind::Repeated => format!("Repeated{event}"),
        ActivityKind::Replayed => format!("Event #{} reprocessed", step.webhook_event_id.unwrap_or_default()),
        ActivityKind::Noted if step.detail.contains_key("assignee") => {
            let to = text("assignee");
            let to = if to.is_empty() { "nobody".to_owned() } else { to };
            format!("Assigned to {to} by {}", visible(&step.actor))
        }
        ActivityKind::Noted => format!("{}: {}", visible(&step.actor), text("text")),
        ActivityKind::Notified => format!("Notified {}", text("channel")),
        ActivityKind::Muted => match step.detail.get("until").and_then(serde_json::Value::as_i64) {
            Some(until) => format!("Muted until {} by {}", zone.moment(until), visible(&step.actor)),
            None => format!("Unmuted by {}", visible(&step.actor)),
        },
        kind if step.webhook_event_id.is_some() => format!("{}{event}", capitalized(kind.as_str())),
        kind => format!("{} by {}", capitalized(kind.as_str()), visible(&step.actor)),
    }
}

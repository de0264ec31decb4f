//! What happened to an alert, oldest first.

use icondata_core::Icon as Data;
use leptos::prelude::*;

use crate::types::{Activity, ActivityKind, Alert, time};
use crate::ui::Icon;
use crate::ui::badge::severity_icon;
use crate::ui::text::visible;

#[component]
pub fn Timeline(alert: Alert, timeline: Vec<Activity>) -> impl IntoView {
    let step = move |step: Activity| {
        let severity = (step.kind == ActivityKind::Opened).then_some(alert.severity.as_str());
        view! {
            <li data-severity=severity>
                <Icon data=icon(&step, &alert)/>
                <span dir="auto">{words(&step)}</span>
                <time datetime=time::iso(step.created_at) title=time::exact(step.created_at)>{time::clock(step.created_at)}</time>
            </li>
        }
    };
    view! { <section class="panel"><h2>"Timeline"</h2><ol class="timeline">{timeline.into_iter().map(step).collect_view()}</ol></section> }
}

fn icon(step: &Activity, alert: &Alert) -> Data {
    match step.kind {
        ActivityKind::Opened => severity_icon(alert.severity),
        ActivityKind::Repeated => icondata_lu::LuRepeat2,
        ActivityKind::Replayed => icondata_lu::LuRotateCcw,
        ActivityKind::Read | ActivityKind::Unread => icondata_lu::LuEye,
        ActivityKind::Resolved => icondata_lu::LuCircleCheck,
        ActivityKind::Noted => icondata_lu::LuMessageSquare,
        ActivityKind::Notified => icondata_lu::LuSend,
        ActivityKind::Muted => icondata_lu::LuBellOff,
        ActivityKind::Acknowledged | ActivityKind::Reopened => icondata_lu::LuCheck,
    }
}

fn words(step: &Activity) -> String {
    let event = step.webhook_event_id.map(|id| format!(" by event #{id}")).unwrap_or_default();
    let text = |key: &str| step.detail.get(key).and_then(serde_json::Value::as_str).map(visible).unwrap_or_default();
    match step.kind {
        ActivityKind::Opened => format!("Opened{event}"),
        ActivityKind::Repeated => format!("Repeated{event}"),
        ActivityKind::Replayed => format!("Event #{} replayed", step.webhook_event_id.unwrap_or_default()),
        ActivityKind::Noted => format!("{}: {}", visible(&step.actor), text("text")),
        ActivityKind::Notified => format!("Notified {}", text("channel")),
        ActivityKind::Muted if step.detail.get("until").is_some_and(serde_json::Value::is_null) => {
            format!("Unmuted by {}", visible(&step.actor))
        }
        ActivityKind::Muted => format!("Muted for an hour by {}", visible(&step.actor)),
        kind if step.webhook_event_id.is_some() => format!("{}{event}", capital(kind.as_str())),
        kind => format!("{} by {}", capital(kind.as_str()), visible(&step.actor)),
    }
}

fn capital(word: &str) -> String {
    format!("{}{}", word[..1].to_uppercase(), &word[1..])
}

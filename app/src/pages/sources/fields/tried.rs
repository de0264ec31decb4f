//! The alerts of the newest events with the chosen fields.

use leptos::prelude::*;

use super::Choice;
use crate::types::{MappedAlert, TriedEvent};
use crate::ui::text::{counted, visible};
use crate::ui::{Age, SeverityBadge};

/// All events; after a change, those whose alert would differ.
#[component]
pub fn Tried(events: Vec<TriedEvent>, choice: Choice) -> impl IntoView {
    let count = counted(events.len() as i64, "event");
    let differing = events.iter().filter(|event| event.now != event.then).count();
    let is_changed = untrack(|| choice.is_changed());
    let heading = match is_changed {
        _ if events.is_empty() => "No events to try".to_owned(),
        true => format!("{differing} of the last {count} would differ"),
        false => format!("The last {count}"),
    };
    let shown = events.into_iter().filter(|event| !is_changed || event.now != event.then);
    let rows = shown.map(|event| view! { <Row event is_changed/> }).collect_view();
    view! {
        <div role="status"><h3>{heading}</h3></div>
        <ul class="source-log tried">{rows}</ul>
    }
}

#[component]
fn Row(event: TriedEvent, is_changed: bool) -> impl IntoView {
    let before = is_changed.then(|| view! { <span class="source-note">"Now: "{words(&event.now)}</span> });
    view! {
        <li>
            <a href=format!("/events?event={}", event.id)>{words(&event.then)}</a>
            <SeverityBadge severity=event.then.severity/>
            {before}
            <Age at=event.created_at/>
        </li>
    }
}

/// "Disk full · resolves disk@db-1".
fn words(alert: &MappedAlert) -> String {
    let effect = match (alert.resolves, alert.key.as_str()) {
        (_, "") => String::new(),
        (true, key) => format!(" · resolves {key}"),
        (false, key) => format!(" · key {key}"),
    };
    visible(&format!("{}{effect}", alert.title))
}

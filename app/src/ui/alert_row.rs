//! A row of the recent alerts on the Overview.

use leptos::prelude::*;

use super::text::visible;
use super::{Age, Muted, Occurrences, SeverityBadge, StateMark};
use crate::live::Clock;
use crate::types::{Alert, AlertState};

/// How long a new row is highlighted, in milliseconds: as long as its age reads "just now".
const FRESH: i64 = 10_000;

/// One alert as a link to its page. Requires the [`Clock`] context.
#[component]
pub fn AlertRow(
    /// The alert.
    alert: Alert,
    /// Whether it came by the live stream; it is then highlighted while it is new.
    arrived: bool,
) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let is_fresh = move || (arrived && clock.now() - alert.last_seen_at < FRESH).then_some("");
    let unread = (!alert.is_read).then_some("");
    let state = (alert.state != AlertState::Open).then(|| view! { <StateMark state=alert.state/> });
    view! {
        <li class="alert-row" data-severity=alert.severity.as_str() data-unread=unread data-fresh=is_fresh>
            <a class="alert-link" href=format!("/alerts/{}", alert.id)>
                <SeverityBadge severity=alert.severity/>
                <AlertTitle title=alert.title.clone() is_read=alert.is_read occurrences=alert.occurrences
                    muted_until=alert.muted_until/>
                <span class="alert-meta" dir="auto">{meta(&alert)}</span>
                {state}
                <Age at=alert.last_seen_at/>
            </a>
        </li>
    }
}

#[component]
fn AlertTitle(title: String, is_read: bool, occurrences: i64, muted_until: Option<i64>) -> impl IntoView {
    view! {
        <span class="alert-title">
            {(!is_read).then(|| view! { <span class="visually-hidden">"Unread: "</span> })}
            <bdi>{visible(&title)}</bdi>
            <Occurrences count=occurrences/>
            <Muted until=muted_until/>
        </span>
    }
}

/// `GitHub · first line of the message`; the event type in place of an empty message.
pub fn meta(alert: &Alert) -> String {
    let first = alert.message.lines().find(|line| !line.trim().is_empty());
    let event = alert.event_type.clone().unwrap_or_default();
    visible(&format!("{} · {}", alert.source_name, first.map_or(event, str::to_owned)))
}

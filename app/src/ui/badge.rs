//! Badges of severity and state: shape and text first, so that nothing depends on colour alone.

use icondata_core::Icon as Data;
use leptos::prelude::*;

use super::Icon;
use super::icon::shapes;
use crate::live::Clock;
use crate::types::{AlertState, EventStatus, Severity};

/// The icon of a severity.
pub fn severity_icon(severity: Severity) -> Data {
    match severity {
        Severity::Critical => shapes::CRITICAL,
        Severity::Error => shapes::ERROR,
        Severity::Warning => icondata_lu::LuTriangleAlert,
        Severity::Info => icondata_lu::LuInfo,
    }
}

/// Severities in display order, the most severe first.
pub struct Severities;

impl Severities {
    pub fn worst_first() -> impl Iterator<Item = Severity> {
        Severity::ALL.iter().rev().copied()
    }
}

#[component]
pub fn SeverityBadge(severity: Severity) -> impl IntoView {
    view! {
        <span class="badge" data-severity=severity.as_str()>
            <Icon data=severity_icon(severity)/>
            <span>{severity.label()}</span>
        </span>
    }
}

/// The icon of a status.
pub fn status_icon(status: EventStatus) -> Data {
    match status {
        EventStatus::Pending => icondata_lu::LuCircleDashed,
        EventStatus::Processing => icondata_lu::LuLoaderCircle,
        EventStatus::Processed => icondata_lu::LuCircleCheck,
        EventStatus::Failed => icondata_lu::LuCircleX,
    }
}

#[component]
pub fn StatusBadge(status: EventStatus) -> impl IntoView {
    view! {
        <span class="badge" data-status=status.as_str()>
            <Icon data=status_icon(status) spin={status == EventStatus::Processing}/><span>{status.label()}</span>
        </span>
    }
}

#[component]
pub fn StateMark(state: AlertState) -> impl IntoView {
    let icon = match state {
        AlertState::Open => shapes::OPEN,
        AlertState::Acknowledged => shapes::ACKNOWLEDGED,
        AlertState::Resolved => shapes::RESOLVED,
    };
    view! { <span class="state" data-state=state.as_str()><Icon data=icon/><span>{state.label()}</span></span> }
}

/// `×3`: the number of occurrences, if more than one.
#[component]
pub fn Occurrences(count: i64) -> impl IntoView {
    (count > 1).then(|| view! { <span class="count">{format!("×{count}")}</span> })
}

/// Shown while notifications of repeats are muted.
#[component]
pub fn Muted(until: Option<i64>) -> impl IntoView {
    let clock = expect_context::<Clock>();
    until.map(|until| {
        let is_muted = Memo::new(move |_| until > clock.now());
        move || is_muted.get().then(|| view! { <span class="badge muted" data-tone="neutral"><Icon data=icondata_lu::LuBellOff/><span>"Muted"</span></span> })
    })
}

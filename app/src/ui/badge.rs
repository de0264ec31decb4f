//! Severity and state: a shape, a word, and colour last.

use icondata_core::Icon as Data;
use leptos::prelude::*;

use super::Icon;
use super::icon::shapes;
use crate::types::{AlertState, EventStatus, Severity};

/// The shape of a severity.
pub fn severity_icon(severity: Severity) -> Data {
    match severity {
        Severity::Critical => shapes::CRITICAL,
        Severity::Error => shapes::ERROR,
        Severity::Warning => icondata_lu::LuTriangleAlert,
        Severity::Info => icondata_lu::LuInfo,
    }
}

/// Severities as they are listed: the worst first.
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

/// The shape of a status.
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

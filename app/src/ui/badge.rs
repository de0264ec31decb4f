//! Badges of severity and state: shape and text first, so that nothing depends on colour alone.

use icondata_core::Icon as Data;
use leptos::prelude::*;

use super::Icon;
use super::icon::shapes;
use crate::live::Clock;
use crate::types::{AlertState, EventStatus, Severity};

/// The icon of a severity; each has a different shape.
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
    /// Every severity, from critical to info.
    pub fn worst_first() -> impl Iterator<Item = Severity> {
        Severity::ALL.iter().rev().copied()
    }
}

/// Icon and label of a severity.
#[component]
pub fn SeverityBadge(
    /// The severity.
    severity: Severity,
) -> impl IntoView {
    view! {
        <span class="badge" data-severity=severity.as_str()>
            <Icon data=severity_icon(severity)/>
            <span>{severity.label()}</span>
        </span>
    }
}

/// The icon of a processing state.
pub fn status_icon(status: EventStatus) -> Data {
    match status {
        EventStatus::Pending => icondata_lu::LuCircleDashed,
        EventStatus::Processing => icondata_lu::LuLoaderCircle,
        EventStatus::Processed => icondata_lu::LuCircleCheck,
        EventStatus::Failed => icondata_lu::LuCircleX,
    }
}

/// Icon and label of a processing state.
#[component]
pub fn StatusBadge(
    /// The processing state; its icon spins while processing.
    status: EventStatus,
) -> impl IntoView {
    view! {
        <span class="badge" data-status=status.as_str()>
            <Icon data=status_icon(status) spin={status == EventStatus::Processing}/><span>{status.label()}</span>
        </span>
    }
}

/// Icon and label of an alert state.
#[component]
pub fn StateMark(
    /// The state.
    state: AlertState,
) -> impl IntoView {
    let icon = match state {
        AlertState::Open => shapes::OPEN,
        AlertState::Acknowledged => shapes::ACKNOWLEDGED,
        AlertState::Resolved => shapes::RESOLVED,
    };
    view! { <span class="state" data-state=state.as_str()><Icon data=icon/><span>{state.label()}</span></span> }
}

/// `×3`: the number of occurrences, if more than one.
#[component]
pub fn Occurrences(
    /// How often the alert was reported.
    count: i64,
) -> impl IntoView {
    (count > 1).then(|| view! { <span class="count">{format!("×{count}")}</span> })
}

/// Shown while the notifications of an alert are held. Requires the [`Clock`] context.
#[component]
pub fn Muted(
    /// End of the mute, in Unix milliseconds; `None` if not muted.
    until: Option<i64>,
) -> impl IntoView {
    let clock = expect_context::<Clock>();
    until.map(|until| {
        let is_muted = Memo::new(move |_| until > clock.now());
        move || {
            is_muted.get().then(|| view! {
            <span class="badge muted" data-tone="neutral"><Icon data=icondata_lu::LuBellOff/><span>"Muted"</span></span>
        })
        }
    })
}

//! The health strip: five checks, each with dot, status and detail.

use leptos::prelude::*;

use super::Icon;
use super::text::tenths;
use crate::types::{Check, CheckStatus, Health};

/// The health checks; on small screens the healthy ones are folded into one line.
#[component]
pub fn HealthStrip(
    /// Result of the checks.
    #[prop(into)]
    health: Signal<Health>,
) -> impl IntoView {
    let status = move || health.with(|health| health.status.as_str());
    view! {
        <ul class="card health" aria-label="System health" data-health=status>
            {move || health.with(cells)}
            <li class="health-rest" data-health="operational">
                <label>
                    <input class="visually-hidden" type="checkbox"/>
                    <span class="health-dot"></span>
                    {move || health.with(rest)}
                    <Icon data=icondata_lu::LuChevronRight/>
                </label>
            </li>
        </ul>
    }
}

fn cells(health: &Health) -> Vec<AnyView> {
    health.checks.named().into_iter().map(|(name, check)| cell(name, check)).collect()
}

fn cell(name: &'static str, check: &Check) -> AnyView {
    let note = match check.latency_ms {
        Some(ms) => format!("{}, {} ms", check.detail, tenths((ms * 10.0).round() as i64)),
        None => check.detail.clone(),
    };
    view! {
        <li class="health-cell" data-health=check.status.as_str()>
            <span class="health-dot"></span>
            <span class="health-name">{name}</span>
            <span class="health-word">{check.status.label()}</span>
            <span class="health-note" title=note.clone()>{note.clone()}</span>
        </li>
    }
    .into_any()
}

/// Summary that small screens show instead of the healthy checks.
fn rest(health: &Health) -> String {
    let checks = health.checks.named();
    let well = checks.iter().filter(|(_, check)| check.status == CheckStatus::Operational).count();
    if well == checks.len() { "All systems operational".to_owned() } else { format!("{well} operational") }
}

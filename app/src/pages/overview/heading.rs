//! The heading: the most severe problem in one sentence, one line of detail, one action.

use icondata_core::Icon as Data;
use leptos::prelude::*;

use crate::live::{Live, LiveState};
use crate::types::{CheckStatus, Health, Stats};
use crate::ui::Icon;
use crate::ui::badge::severity_icon;
use crate::ui::text::{counted, counted_some, grouped};
use crate::ui::zone::Zone;

/// Follows `stats` and `health`, and shows when the connection is lost.
#[component]
pub fn Heading(#[prop(into)] stats: Signal<Stats>, #[prop(into)] health: Signal<Health>) -> impl IntoView {
    let (live, zone) = (expect_context::<Live>(), expect_context::<Zone>());
    let is_cut = Memo::new(move |_| matches!(live.state.get(), LiveState::Reconnecting | LiveState::Stale { .. }));
    let answer =
        Memo::new(move |_| stats.with(|stats| health.with(|health| cut_off(answer(stats, health), is_cut.get()))));
    view! {
        <header class="heading">
            <span class="heading-icon" data-severity=move || answer.with(|a| a.severity)
                data-tone=move || answer.with(|a| a.tone)>
                {move || answer.with(|a| view! { <Icon data=a.icon()/> })}
            </span>
            <div>
                <h1>{move || answer.with(|a| a.title.clone())}</h1>
                <p dir="auto">{move || answer.with(|a| a.detail.clone())}</p>
            </div>
            {move || match answer.with(|a| a.action) {
                Some((href, word)) => view! { <a class="button heading-action" href=href>{word}</a> }.into_any(),
                None => view! {
                    <p class="heading-note">{move || format!("Last 24 hours · times in {}", zone.word())}</p>
                }
                .into_any(),
            }}
        </header>
    }
}

#[derive(Clone, PartialEq)]
struct Answer {
    severity: Option<&'static str>,
    tone: Option<&'static str>,
    title: String,
    detail: String,
    action: Option<(&'static str, &'static str)>,
}

impl Answer {
    fn icon(&self) -> Data {
        match (self.severity, self.tone) {
            (Some(_), _) => severity_icon(crate::types::Severity::Critical),
            (_, Some("ok")) => icondata_lu::LuCircleCheck,
            _ => icondata_lu::LuTriangleAlert,
        }
    }
}

fn answer(stats: &Stats, health: &Health) -> Answer {
    let system = system_words(health);
    let (severity, tone, title, action) = match (stats.critical_open, health.status, stats.warning_open) {
        (n @ 1.., _, _) => {
            let verb = if n == 1 { "is" } else { "are" };
            let title = format!("{} {verb} open", counted_some(n, "critical alert"));
            (Some("critical"), None, title, Some(("/alerts?severity=critical", "Review critical")))
        }
        (_, CheckStatus::Down, _) => (None, Some("bad"), "Part of the system is down".to_owned(), None),
        (_, CheckStatus::Degraded, _) => (None, Some("warn"), "Part of the system is degraded".to_owned(), None),
        (_, _, n @ 1..) => {
            let title = format!("{} open, none critical", counted_some(n, "alert"));
            (None, Some("warn"), title, Some(("/alerts?severity=error,warning", "Review alerts")))
        }
        _ => (None, Some("ok"), "Nothing is on fire".to_owned(), None),
    };
    Answer { severity, tone, title, detail: format!("{} {system}", today(stats)), action }
}

/// The answer without a connection, when the figures are only the last known ones. A critical alert stays the headline.
fn cut_off(answer: Answer, is_cut: bool) -> Answer {
    if !is_cut {
        return answer;
    }
    let detail = "Not connected to the server: this is the last known state.".to_owned();
    if answer.severity.is_some() {
        return Answer { detail, ..answer };
    }
    Answer { severity: None, tone: Some("warn"), title: "Connection lost".to_owned(), detail, action: answer.action }
}

fn today(stats: &Stats) -> String {
    match stats.critical_24h {
        0 => format!("No critical alerts in 24 hours, {} received.", counted(stats.events_24h, "webhook")),
        n => format!("{} critical in 24 hours, {} received.", grouped(n), counted(stats.events_24h, "webhook")),
    }
}

fn system_words(health: &Health) -> String {
    match health.checks.worst() {
        Some((name, check)) if check.status > CheckStatus::Operational => {
            format!("{name}: {}, {}.", check.status.label().to_lowercase(), check.detail.to_lowercase())
        }
        _ => "All systems operational.".to_owned(),
    }
}

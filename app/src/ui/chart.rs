//! Alerts of the last 24 hours, stacked by severity. The most severe is at the bottom, so that rare severities share a
//! baseline.

use leptos::prelude::*;

use super::Icon;
use super::badge::{Severities, severity_icon};
use super::text::grouped;
use super::zone::Zone;
use crate::types::{Hour, Severity};

/// A stacked bar per hour, with totals in the legend.
#[component]
pub fn SeverityChart(
    /// The hours, oldest first; the last one is labelled `now`.
    #[prop(into)]
    hours: Signal<Vec<Hour>>,
) -> impl IntoView {
    let zone = expect_context::<Zone>();
    view! {
        <section class="card chart-card" aria-labelledby="chart-title">
            <header class="card-head">
                <h2 id="chart-title">"Alerts by severity"</h2>
                <p>{move || format!("per hour, {}", zone.word())}</p>
            </header>
            <figure class="chart">
                <figcaption><ul class="legend">{move || legend(&hours.get())}</ul></figcaption>
                {move || plot(&hours.get(), zone)}
            </figure>
        </section>
    }
}

fn legend(hours: &[Hour]) -> Vec<AnyView> {
    let entry = |severity: Severity| {
        let total: i64 = hours.iter().map(|hour| of(hour, severity)).sum();
        view! {
            <li data-severity=severity.as_str()>
                <Icon data=severity_icon(severity)/>{severity.label()}" "<data value=total>{grouped(total)}</data>
            </li>
        }
        .into_any()
    };
    Severities::worst_first().map(entry).collect()
}

fn plot(hours: &[Hour], zone: Zone) -> impl IntoView + use<> {
    let highest = hours.iter().map(|hour| Severity::ALL.iter().map(|s| of(hour, *s)).sum()).max().unwrap_or(0);
    let top = round_up(highest);
    let last = hours.len().saturating_sub(1);
    let bars: Vec<AnyView> = hours.iter().enumerate().map(|(i, hour)| bar(hour, i == last, zone)).collect();
    view! {
        <div class="plot" aria-hidden="true" style=format!("--max:{top}")>
            <ol class="plot-scale"><li>{grouped(top)}</li><li>{grouped(top / 2)}</li><li>"0"</li></ol>
            <ol class="plot-bars">{bars}</ol>
        </div>
    }
}

fn bar(hour: &Hour, is_running: bool, zone: Zone) -> AnyView {
    let label = if is_running { "now".to_owned() } else { zone.hour(hour.at) };
    let parts: Vec<(Severity, i64)> =
        Severities::worst_first().map(|s| (s, of(hour, s))).filter(|(_, n)| *n > 0).collect();
    let words: Vec<String> = parts.iter().map(|(severity, n)| format!("{n} {severity}")).collect();
    let summary =
        if words.is_empty() { format!("{label} · none") } else { format!("{label} · {}", words.join(", ")) };
    let parts = parts
        .into_iter()
        .map(|(severity, n)| view! { <i data-severity=severity.as_str() style=format!("--n:{n}")></i> });
    view! { <li class="plot-hour" data-label=summary>{parts.collect_view()}<time>{label}</time></li> }.into_any()
}

const fn of(hour: &Hour, severity: Severity) -> i64 {
    match severity {
        Severity::Info => hour.info,
        Severity::Warning => hour.warning,
        Severity::Error => hour.error,
        Severity::Critical => hour.critical,
    }
}

/// Rounds up to an even number with one significant digit: 4, 10, 20, 40, 60, 200 …
fn round_up(n: i64) -> i64 {
    let unit = 10_i64.pow(n.max(1).ilog10());
    [1, 2, 4, 6, 8, 10].into_iter().map(|step| step * unit).find(|top| *top >= n && top % 2 == 0).unwrap_or(2)
}

#[cfg(test)]
mod tests {
    use super::round_up;

    #[test]
    fn the_scale_ends_on_a_round_number() {
        assert_eq!([0, 1, 3, 9, 11, 39, 61, 101, 999].map(round_up), [2, 2, 4, 10, 20, 40, 80, 200, 1000]);
    }
}

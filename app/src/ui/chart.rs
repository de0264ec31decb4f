//! Alerts over time, stacked by severity. The most severe is at the bottom, so that rare severities share a
//! baseline.

use leptos::prelude::*;

use super::Icon;
use super::badge::{Severities, severity_icon};
use super::text::grouped;
use super::zone::Zone;
use super::{Address, Range};
use crate::types::{ChartSpan, Hour, Severity};

/// Bars over a span, each a link to the alerts that were last seen in it, with totals in the legend.
#[component]
pub fn SeverityChart(
    /// The bars, oldest first; the last one is labelled `now`.
    #[prop(into)]
    bars: Signal<Vec<Hour>>,
    /// What they cover.
    span: ChartSpan,
) -> impl IntoView {
    let zone = expect_context::<Zone>();
    view! {
        <figure class="chart">
            <figcaption><ul class="legend">{move || legend(&bars.get())}</ul></figcaption>
            {move || plot(&bars.get(), span, zone)}
        </figure>
    }
}

/// Length of a bar in words.
pub const fn per(span: ChartSpan) -> &'static str {
    match span {
        ChartSpan::Hour => "per 2 min",
        ChartSpan::Day => "per hour",
        ChartSpan::Week => "per 6 hours",
        ChartSpan::Month => "per day",
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

fn plot(hours: &[Hour], span: ChartSpan, zone: Zone) -> impl IntoView + use<> {
    let highest = hours.iter().map(|hour| Severity::ALL.iter().map(|s| of(hour, *s)).sum()).max().unwrap_or(0);
    let top = round_up(highest);
    let bars: Vec<AnyView> = hours
        .iter()
        .enumerate()
        .map(|(i, hour)| {
            let end = hours.get(i + 1).map(|next| next.at);
            bar(hour, end, &label(hour.at, end, span, zone), &axis(hour.at, end, span, zone))
        })
        .collect();
    view! {
        <div class="plot" style=format!("--max:{top}") data-span=span.as_str()>
            <ol class="plot-scale" aria-hidden="true"><li>{grouped(top)}</li><li>{grouped(top / 2)}</li><li>"0"</li></ol>
            <ol class="plot-bars" style=format!("--bars:{}", hours.len())>{bars}</ol>
        </div>
    }
}

/// Beginning of a bar; the running one is `now`.
fn label(at: i64, end: Option<i64>, span: ChartSpan, zone: Zone) -> String {
    match span {
        _ if end.is_none() => "now".to_owned(),
        ChartSpan::Hour | ChartSpan::Day => zone.hour(at),
        ChartSpan::Week => format!("{} {}", zone.date(at), zone.hour(at)),
        ChartSpan::Month => zone.date(at),
    }
}

/// The same, short enough for the axis.
fn axis(at: i64, end: Option<i64>, span: ChartSpan, zone: Zone) -> String {
    if span == ChartSpan::Week && end.is_some() { zone.date(at) } else { label(at, end, span, zone) }
}

/// A link, unless the bar is empty.
fn bar(hour: &Hour, end: Option<i64>, label: &str, axis: &str) -> AnyView {
    let parts: Vec<(Severity, i64)> =
        Severities::worst_first().map(|s| (s, of(hour, s))).filter(|(_, n)| *n > 0).collect();
    let words: Vec<String> = parts.iter().map(|(severity, n)| format!("{n} {severity}")).collect();
    let summary =
        if words.is_empty() { format!("{label} · none") } else { format!("{label} · {}", words.join(", ")) };
    let pieces = parts
        .iter()
        .map(|(severity, n)| view! { <i data-severity=severity.as_str() style=format!("--n:{n}")></i> })
        .collect_view();
    let href =
        Range::Between(Some(hour.at), end).add_to(Address::new("/alerts").with("state", Some("all".to_owned()))).href();
    let link = (!parts.is_empty()).then(|| {
        view! { <a class="plot-link" href=href aria-label=format!("View alerts: {label}")></a> }
    });
    view! { <li class="plot-hour" data-label=summary>{pieces}{link}<time>{axis.to_owned()}</time></li> }.into_any()
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

//! The chart of alerts by severity, over the span that the URL names.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::api::call::Call;
use crate::api::overview::GetChart;
use crate::live::{Clock, Live};
use crate::pages::load::Load;
use crate::types::{ChartSpan, Hour, time};
use crate::ui::Address;
use crate::ui::chart::{SeverityChart, per};
use crate::ui::zone::Zone;

/// The chart with its choice of spans. `hours` are the last 24 hours, kept up to date.
#[component]
pub fn AlertChart(hours: Signal<Vec<Hour>>) -> impl IntoView {
    let (query, zone) = (use_query_map(), expect_context::<Zone>());
    let asked = move || query.with(|query| query.get("chart").and_then(|word| word.parse().ok()));
    let span = Memo::new(move |_| asked().unwrap_or(ChartSpan::Day));
    let chart = move || match span.get() {
        ChartSpan::Day => view! { <SeverityChart bars=hours span=ChartSpan::Day/> }.into_any(),
        span => view! { <OtherSpan span/> }.into_any(),
    };
    view! {
        <section class="card chart-card" aria-labelledby="chart-title">
            <header class="card-head">
                <h2 id="chart-title">"Alerts by severity"</h2>
                <p>{move || format!("{}, {}", per(span.get()), zone.word())}</p>
                <Spans span/>
            </header>
            {chart}
        </section>
    }
}

#[component]
fn Spans(span: Memo<ChartSpan>) -> impl IntoView {
    let link = |of: &ChartSpan| {
        let of = *of;
        let word = (of != ChartSpan::Day).then(|| of.to_string());
        let is_on = move || (span.get() == of).then_some("true");
        view! {
            <a href=Address::new("/").with("chart", word).href() aria-current=is_on data-noscroll="">{of.as_str()}</a>
        }
    };
    let links = ChartSpan::ALL.iter().map(link).collect_view();
    view! { <nav class="segmented" aria-label="Time span of the chart">{links}</nav> }
}

/// A span that the live figures do not hold; read again every minute.
#[component]
fn OtherSpan(span: ChartSpan) -> impl IntoView {
    let (live, clock, zone) = (expect_context::<Live>(), expect_context::<Clock>(), expect_context::<Zone>());
    let minute = Memo::new(move |_| clock.now().div_euclid(time::MINUTE));
    let bars = Load::new(move || {
        let starts = zone.bars(span, minute.get() * time::MINUTE);
        let starts = starts.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
        Call::of(GetChart { starts }).at(&[live.reload.get(), minute.get() as u32])
    });
    bars.show(move |bars: Vec<Hour>| view! { <SeverityChart bars=Signal::stored(bars) span/> }.into_any())
}

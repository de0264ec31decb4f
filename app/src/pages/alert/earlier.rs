//! "Earlier alerts with this key": earlier alerts with the same key.

use leptos::prelude::*;

use crate::types::{Earlier, median_duration, time};
use crate::ui::text::counted;
use crate::ui::zone::Moment;

/// Alerts listed; the others are only counted.
const SHOWN: usize = 5;

/// How often the key fired in the 30 days before, how long it took, and the last times; nothing if it is the first time.
#[component]
pub fn EarlierAlerts(earlier: Vec<Earlier>) -> impl IntoView {
    (!earlier.is_empty()).then(|| {
        let summary = summary(&earlier);
        view! {
            <section class="panel">
                <h2>"Earlier alerts with this key"</h2>
                <p class="earlier-summary">{summary}</p>
                <ul class="earlier">{earlier.into_iter().take(SHOWN).map(row).collect_view()}</ul>
            </section>
        }
    })
}

fn summary(earlier: &[Earlier]) -> String {
    let times = counted(earlier.len() as i64, "time");
    let more = if earlier.len() as i64 >= Earlier::MOST { " or more" } else { "" };
    match median_duration(earlier) {
        Some(median) => format!("{times}{more} in 30 days, median {}", time::span(median)),
        None => format!("{times}{more} in 30 days"),
    }
}

fn row(alert: Earlier) -> impl IntoView {
    let took = alert.duration().map_or_else(|| alert.state.label().to_owned(), time::span);
    view! { <li><a href=format!("/alerts/{}", alert.id)><Moment at=alert.created_at/></a><span>{took}</span></li> }
}

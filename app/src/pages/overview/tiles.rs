//! The four stat tiles.

use leptos::prelude::*;

use super::day::{Day, day_of};
use crate::types::{Hour, Stats, received_since};
use crate::ui::text::{capped, counted, grouped, tenths};
use crate::ui::tile::{Tile, TileData, Tone};

/// Average processing times above which the tile says slow and very slow, in milliseconds.
const SLOW: f64 = 1_000.0;
const VERY_SLOW: f64 = 10_000.0;

/// Received, critical, processing time and failed.
#[component]
pub fn Tiles(#[prop(into)] stats: Signal<Stats>) -> impl IntoView {
    let day = day_of(stats);
    let received = Signal::derive(move || stats.with(|stats| received(stats, day.get())));
    let critical = Signal::derive(move || stats.with(critical));
    let took = Signal::derive(move || stats.with(took));
    let failed = Signal::derive(move || stats.with(failed));
    view! {
        <section class="tiles" aria-label="Last 24 hours">
            <Tile id="tile-received" label="Total webhooks today" short="Webhooks" data=received/>
            <Tile id="tile-critical" label="Critical alerts" short="Critical" data=critical/>
            <Tile id="tile-took" label="Average processing time" short="Processing" data=took/>
            <Tile id="tile-failed" label="Failed events" short="Failed" data=failed/>
        </section>
    }
}

fn spark(hours: &[Hour], value: impl Fn(&Hour) -> i64) -> Vec<i64> {
    hours.iter().map(value).collect()
}

/// Counts the events of the reader's day, or of the UTC day before hydration.
fn received(stats: &Stats, day: Option<Day>) -> TileData {
    let since = |day: Day| day.before + received_since(&stats.hours, day.start);
    TileData {
        tone: Tone::Ok,
        state: "Normal".to_owned(),
        number: grouped(day.map_or(stats.events_today, since)),
        unit: "",
        note: compared(stats.events_24h, stats.events_before_24h),
        spark: spark(&stats.hours, |hour| hour.received),
    }
}

fn compared(now: i64, before: i64) -> String {
    match before {
        0 => format!("{} in 24 hours", grouped(now)),
        before => {
            let percent = (now - before) * 100 / before;
            let word = if percent < 0 { "less" } else { "more" };
            format!("{}% {word} than the day before", grouped(percent.abs()))
        }
    }
}

fn critical(stats: &Stats) -> TileData {
    let (tone, state) = match (stats.critical_open, stats.warning_open) {
        (0, 0) => (Tone::Ok, "None open".to_owned()),
        (0, n) => (Tone::Warn, format!("{} non-critical open", capped(n))),
        (n, _) => (Tone::Bad, format!("{} open", capped(n))),
    };
    let note = match stats.critical_24h {
        0 => "None in 24 hours".to_owned(),
        n => format!("{} in 24 hours", grouped(n)),
    };
    TileData {
        tone,
        state,
        number: grouped(stats.critical_24h),
        unit: "",
        note,
        spark: spark(&stats.hours, |hour| hour.critical),
    }
}

fn took(stats: &Stats) -> TileData {
    let average = stats.avg_processing_ms;
    let (tone, state) = match average {
        None => (Tone::Ok, "No events yet"),
        Some(ms) if ms > VERY_SLOW => (Tone::Bad, "Very slow"),
        Some(ms) if ms > SLOW => (Tone::Warn, "Slow"),
        Some(_) => (Tone::Ok, "Fast"),
    };
    let count: i64 = stats.hours.iter().map(|hour| hour.took_count).sum();
    TileData {
        tone,
        state: state.to_owned(),
        number: average.map_or("–".to_owned(), |ms| {
            if ms < 10.0 { tenths((ms * 10.0).round() as i64) } else { grouped(ms.round() as i64) }
        }),
        unit: if average.is_some() { "ms" } else { "" },
        note: format!("from receipt to alert, {}", counted(count, "event")),
        // Microseconds, as most averages are only a few milliseconds.
        spark: spark(&stats.hours, |hour| hour.took_ms * 1_000 / hour.took_count.max(1)),
    }
}

fn failed(stats: &Stats) -> TileData {
    let mut worst: Vec<_> = stats.sources.iter().filter(|source| source.failed > 0).collect();
    worst.sort_by_key(|source| -source.failed);
    let names: Vec<String> =
        worst.iter().take(2).map(|source| format!("{} {}", source.name, grouped(source.failed))).collect();
    TileData {
        tone: if stats.failed_24h > 0 { Tone::Bad } else { Tone::Ok },
        state: if stats.failed_24h > 0 { "Failing" } else { "None" }.to_owned(),
        number: grouped(stats.failed_24h),
        unit: "",
        note: if names.is_empty() { "All events processed".to_owned() } else { names.join(", ") },
        spark: spark(&stats.hours, |hour| hour.failed),
    }
}

//! The reader's day. The figures are per hour of UTC, and days do not begin or last the same everywhere.

use leptos::prelude::*;

use crate::api::call::Call;
use crate::api::overview::GetChart;
use crate::live::Clock;
use crate::types::{Stats, time};
use crate::ui::Task;
use crate::ui::zone::Zone;

/// Today in the reader's time zone.
#[derive(Clone, Copy, PartialEq)]
pub struct Day {
    /// In Unix milliseconds.
    pub start: i64,
    /// Events received from the start to the first whole hour of the figures.
    pub before: i64,
}

/// `None` before hydration, since the server does not know the zone. Events that the hourly figures do not cover are requested: the
/// first half hour in Kolkata, or the first hour of a day of 25.
pub fn day_of(stats: Signal<Stats>) -> Signal<Option<Day>> {
    let (clock, zone) = (expect_context::<Clock>(), expect_context::<Zone>());
    let start = Memo::new(move |_| zone.is_local().then(|| zone.midnight(clock.now())));
    let oldest = Memo::new(move |_| stats.with(|stats| stats.hours.first().map_or(0, |hour| hour.at)));
    let gap = Memo::new(move |_| {
        let start = start.get()?;
        let end = (start + time::HOUR - 1).div_euclid(time::HOUR) * time::HOUR;
        Some((start, end.max(oldest.get()))).filter(|(start, end)| start < end)
    });
    let (before, task) = (RwSignal::new((0, 0)), Task::default());
    let minute = Memo::new(move |_| clock.now().div_euclid(time::MINUTE));
    Effect::new(move |_| {
        let Some((start, end)) = gap.get() else { return };
        // It grows only while it is not over.
        if minute.get() * time::MINUTE > end + time::MINUTE && before.get_untracked().0 == start {
            return;
        }
        task.start(async move {
            let bars = Call::of(GetChart { starts: format!("{start},{end}") }).send().await?;
            before.set((start, bars.first().map_or(0, |bar| bar.received)));
            Ok(())
        });
    });
    Signal::derive(move || {
        let start = start.get()?;
        let (of, count) = before.get();
        Some(Day { start, before: if of == start { count } else { 0 } })
    })
}

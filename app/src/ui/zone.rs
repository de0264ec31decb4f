//! Times in the reader's zone. The server does not know it, so pages begin in UTC and switch once their scripts run.

use leptos::prelude::*;

use crate::live::Clock;
use crate::types::{ChartSpan, time};

/// Whether times are shown in local time or in UTC; kept in the browser.
#[derive(Clone, Copy, Debug)]
pub struct Zone {
    /// Whether the page is hydrated and the reader did not choose UTC.
    local: RwSignal<bool>,
    seen: Signal<bool>,
    clock: Clock,
}

impl Zone {
    /// UTC at first; local time after hydration, unless the reader chose otherwise.
    pub fn new(clock: Clock) -> Self {
        let local = RwSignal::new(false);
        Effect::new(move |_| local.set(!browser::prefers_utc()));
        Self { local, seen: local.into(), clock }
    }

    /// The same through a signal of the current owner; see [`crate::ui::rows`].
    pub fn scoped(self) -> Self {
        Self { seen: Memo::new(move |_| self.is_local()).into(), ..self }
    }

    /// Whether local time is shown.
    pub fn is_local(self) -> bool {
        self.seen.get()
    }

    /// Switches between local time and UTC.
    pub fn switch(self) {
        self.local.update(|local| *local = !*local);
        browser::keep(!self.local.get_untracked());
    }

    /// `18:29:54` for today, `23 Nov 18:29` for another day; in UTC with the word.
    pub fn moment(self, at: i64) -> String {
        self.with_word(time::moment_at(at, self.clock.at.get_untracked(), self.offset(at)))
    }

    /// The same with milliseconds: `18:29:54.118`.
    pub fn moment_ms(self, at: i64) -> String {
        let shown = time::moment_at(at, self.clock.at.get_untracked(), self.offset(at));
        let is_today = shown.len() == "18:29:54".len();
        self.with_word(if is_today { format!("{shown}.{:03}", at.rem_euclid(1_000)) } else { shown })
    }

    /// `18:00`, for axes.
    pub fn hour(self, at: i64) -> String {
        time::hour_at(at, self.offset(at))
    }

    /// `24 Nov`, for axes.
    pub fn date(self, at: i64) -> String {
        time::date_at(at, self.offset(at))
    }

    /// Start of the day that contains `now`.
    pub fn midnight(self, now: i64) -> i64 {
        time::local_midnight(now, |at| self.offset(at))
    }

    /// Starts of a chart's bars.
    pub fn bars(self, span: ChartSpan, now: i64) -> Vec<i64> {
        span.starts(now, |at| self.offset(at))
    }

    /// Both times, for a tooltip: `2026-11-23 18:29:54 Europe/Berlin, 2026-11-23 17:29:54 UTC`.
    pub fn exact(self, at: i64) -> String {
        match self.is_local() {
            true => format!("{} {}, {}", time::exact_at(at, self.offset(at)), browser::zone_name(), time::exact(at)),
            false => time::exact(at),
        }
    }

    /// That hour of the next day, Unix milliseconds.
    pub fn tomorrow_at(self, now: i64, hour: i64) -> i64 {
        let at = time::tomorrow_at(now, self.offset(now), hour);
        // The clocks may change in between.
        at + (self.offset(now) - self.offset(at)) * time::MINUTE
    }

    /// The time in a `datetime-local` field, such as `2026-11-24T09:00`.
    pub fn parse(self, text: &str) -> Option<i64> {
        let (day, clock) = text.split_once('T')?;
        let (hour, minute) = clock.split_once(':')?;
        let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.get(..2)?.parse().ok()?);
        let utc = time::day(day)? + hour * time::HOUR + minute * time::MINUTE;
        Some(utc - self.offset(utc - self.offset(utc) * time::MINUTE) * time::MINUTE)
    }

    /// The value of a `datetime-local` field.
    pub fn field(self, at: i64) -> String {
        time::iso(at + self.offset(at) * time::MINUTE)[..16].to_owned()
    }

    /// `local time` or `UTC`.
    pub fn word(self) -> &'static str {
        if self.is_local() { "local time" } else { "UTC" }
    }

    /// Minutes east of UTC at that moment, as daylight saving may differ from now.
    fn offset(self, at: i64) -> i64 {
        if self.is_local() { browser::offset(at) } else { 0 }
    }

    fn with_word(self, text: String) -> String {
        if self.is_local() { text } else { format!("{text} UTC") }
    }
}

/// A moment, with both zones as tooltip.
#[component]
pub fn Moment(at: i64) -> impl IntoView {
    let zone = expect_context::<Zone>();
    view! { <time datetime=time::iso(at) title=move || zone.exact(at)>{move || zone.moment(at)}</time> }
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::sync::OnceLock;

    use js_sys::{Date, Intl, Object, Reflect};
    use leptos::prelude::window;
    use wasm_bindgen::JsValue;

    /// Key in the browser's storage.
    const KEY: &str = "zone";

    pub fn prefers_utc() -> bool {
        let stored = window().local_storage().ok().flatten().and_then(|storage| storage.get_item(KEY).ok().flatten());
        stored.as_deref() == Some("utc")
    }

    pub fn keep(is_utc: bool) {
        if let Ok(Some(storage)) = window().local_storage() {
            let _may_be_full = storage.set_item(KEY, if is_utc { "utc" } else { "local" });
        }
    }

    pub fn offset(at: i64) -> i64 {
        -(Date::new(&JsValue::from_f64(at as f64)).get_timezone_offset() as i64)
    }

    /// The IANA name. Kept, as every row's tooltip has it and the formatter is slow to make.
    pub fn zone_name() -> &'static str {
        static NAME: OnceLock<String> = OnceLock::new();
        NAME.get_or_init(read_zone_name)
    }

    fn read_zone_name() -> String {
        let format = Intl::DateTimeFormat::new(&js_sys::Array::new(), &Object::new());
        let name = Reflect::get(&format.resolved_options(), &"timeZone".into()).ok().and_then(|name| name.as_string());
        name.unwrap_or_else(|| "local".to_owned())
    }
}

#[cfg(not(feature = "hydrate"))]
mod browser {
    pub const fn prefers_utc() -> bool {
        false
    }

    pub const fn keep(_is_utc: bool) {}

    pub const fn offset(_at: i64) -> i64 {
        0
    }

    pub const fn zone_name() -> &'static str {
        ""
    }
}

//! Stores in `history.state` how far a list was loaded and scrolled, for Back and reload. Pages are sent with `no-store`,
//! which may disable the browser's back/forward cache.

use leptos::prelude::*;
use leptos_router::NavigateOptions;

use super::Task;

/// Options of a navigation that opens or closes a row: the page keeps its scroll position.
pub fn staying() -> NavigateOptions {
    NavigateOptions { scroll: false, ..NavigateOptions::default() }
}

/// Restores the older pages of a list and its scroll position, then records both as they change. `next` is the cursor of the
/// next older page, and `load` loads it with `task`.
pub fn keep_place(next: RwSignal<Option<String>>, task: Task, load: Callback<String>) {
    #[cfg(feature = "hydrate")]
    browser::keep(next, task, load);
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = (next, task, load);
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::time::Duration;

    use js_sys::{Object, Reflect};
    use leptos::leptos_dom::helpers::{TimeoutHandle, WindowListenerHandle};
    use leptos::prelude::*;
    use wasm_bindgen::JsValue;

    use super::Task;

    /// Key in `history.state`, next to those of the router.
    const KEY: &str = "place";

    /// Maximum number of older pages to restore.
    const MOST: u32 = 20;

    /// Pause in scrolling after which the position is recorded.
    const QUIET: Duration = Duration::from_millis(150);

    #[derive(Clone, Copy)]
    struct Place {
        /// Older pages that were loaded.
        pages: u32,
        /// Vertical scroll position in CSS pixels.
        top: f64,
    }

    pub fn keep(next: RwSignal<Option<String>>, task: Task, load: Callback<String>) {
        let own = StoredValue::new(list());
        let wanted = read().unwrap_or(Place { pages: 0, top: 0.0 });
        let is_restored = RwSignal::new(false);
        let asked = StoredValue::new(0_u32);
        Effect::new(move |_| {
            if is_restored.get() || task.is_running() {
                return;
            }
            match next.get() {
                Some(cursor) if asked.get_value() < wanted.pages && task.error().is_none() => {
                    asked.update_value(|n| *n += 1);
                    load.run(cursor);
                }
                _ => {
                    is_restored.set(true);
                    request_animation_frame(move || scroll(wanted.top));
                }
            }
        });
        let record = move || {
            // The address may be that of the next list already, while this one is still shown.
            let is_shown = own.try_with_value(|own| *own == list()).unwrap_or(false);
            if is_restored.get_untracked() && is_shown {
                write(Place { pages: untrack(|| task.done()), top: window().scroll_y().unwrap_or_default() });
            }
        };
        Effect::new(move |_| {
            let _since_then = task.done();
            record();
        });
        follow_scrolling(record);
    }

    /// Records after [`QUIET`] without scrolling, and at once before what may leave the page. Browsers limit how often the
    /// history may be written, to about 200 times in 10 s.
    fn follow_scrolling(record: impl Fn() + Copy + 'static) {
        let timer = StoredValue::new(None::<TimeoutHandle>);
        let cancel = move || timer.try_update_value(Option::take).flatten().map(|timer| timer.clear());
        let record_now = move || {
            if cancel().is_some() {
                record();
            }
        };
        let scrolled = move |_| {
            cancel();
            timer.set_value(set_timeout_with_handle(record_now, QUIET).ok());
        };
        let listeners = [
            window_event_listener(leptos::ev::scroll, scrolled),
            window_event_listener(leptos::ev::pointerdown, move |_| record_now()),
            window_event_listener(leptos::ev::keydown, move |_| record_now()),
            window_event_listener(leptos::ev::pagehide, move |_| record_now()),
        ];
        on_cleanup(move || {
            cancel();
            listeners.into_iter().for_each(WindowListenerHandle::remove);
        });
    }

    fn scroll(top: f64) {
        if top > 0.0 {
            window().scroll_to_with_x_and_y(0.0, top);
        }
    }

    /// Path and query of the list, without the open row.
    fn list() -> Option<String> {
        let location = window().location();
        let query = web_sys::UrlSearchParams::new_with_str(&location.search().ok()?).ok()?;
        query.delete("open");
        query.delete("event");
        Some(format!("{}?{}", location.pathname().ok()?, query.to_string()))
    }

    fn read() -> Option<Place> {
        let place = Reflect::get(&window().history().ok()?.state().ok()?, &KEY.into()).ok()?;
        let field = |name: &str| Reflect::get(&place, &name.into()).ok();
        let pages = (field("pages")?.as_f64()? as u32).min(MOST);
        (field("list")?.as_string() == list()).then_some(Place { pages, top: field("top")?.as_f64()? })
    }

    fn write(place: Place) {
        let _not_kept_then = try_write(place);
    }

    fn try_write(place: Place) -> Result<(), JsValue> {
        let kept = Object::new();
        Reflect::set(&kept, &"list".into(), &list().unwrap_or_default().into())?;
        Reflect::set(&kept, &"pages".into(), &place.pages.into())?;
        Reflect::set(&kept, &"top".into(), &place.top.into())?;
        let history = window().history()?;
        let before = history.state()?;
        let state = if before.is_object() { Object::assign(&Object::new(), &before.into()) } else { Object::new() };
        Reflect::set(&state, &KEY.into(), &kept)?;
        history.replace_state(&state, "")
    }
}

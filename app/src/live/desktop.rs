//! Notifications of the browser for new alerts, while the page is not visible. Off by default; the choice is stored per
//! browser.

use std::cell::Cell;

use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Notification, NotificationOptions, NotificationPermission};

use crate::types::{Alert, Severity};
use crate::ui::text::visible;

const KEY: &str = "opscenter.desktop";

/// Alerts that are shown one by one within [`STORM`]; more are one notification.
const SINGLE: u32 = 3;

/// In milliseconds.
const STORM: f64 = 30_000.0;

thread_local! {
    /// Start of the current storm, in Unix milliseconds, and the alerts since.
    static COUNTED: Cell<(f64, u32)> = const { Cell::new((0.0, 0)) };
}

/// Most characters of a message that are shown.
const SHOWN: usize = 160;

/// The lowest severity that is shown; `None` if they are off or not permitted.
pub fn chosen() -> Option<Severity> {
    let stored = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
    stored.and_then(|word| word.parse().ok()).filter(|_| is_permitted())
}

/// Asks the browser for permission if needed, and stores the choice if it is given. Returns what holds now.
pub async fn choose(from: Option<Severity>) -> Option<Severity> {
    if from.is_some() {
        ask_permission().await;
    }
    if let Some(storage) = storage() {
        let _may_be_full = storage.set_item(KEY, from.map_or("off", |severity| severity.as_str()));
    }
    chosen().filter(|_| preview())
}

/// Asks the browser for permission unless it has been given; returns whether it is.
pub async fn ask_permission() -> bool {
    if is_supported()
        && let Ok(asked) = Notification::request_permission()
    {
        let _answered = wasm_bindgen_futures::JsFuture::from(asked).await;
    }
    is_permitted()
}

fn is_permitted() -> bool {
    is_supported() && Notification::permission() == NotificationPermission::Granted
}

/// Shows that they are on; false where the browser has them for service workers only, as Chrome on Android.
fn preview() -> bool {
    let options = NotificationOptions::new();
    options.set_tag("alerts");
    Notification::new_with_options("Notifications are on", &options).is_ok()
}

/// Shows a new alert if the page is hidden. A click opens it.
pub fn show(alert: &Alert) {
    if !document().hidden() {
        return;
    }
    let options = NotificationOptions::new();
    let (title, href) = match count() {
        ..=SINGLE => {
            options.set_body(&visible(&alert.message).chars().take(SHOWN).collect::<String>());
            options.set_tag(&format!("alert-{}", alert.id));
            let title = format!("{}: {}", alert.severity.label(), visible(&alert.title));
            (title, format!("/alerts/{}", alert.id))
        }
        // A single notification, replaced by each further alert.
        more => {
            options.set_tag("alerts");
            (format!("{more} new alerts"), "/alerts".to_owned())
        }
    };
    let Ok(shown) = Notification::new_with_options(&title, &options) else { return };
    let opened = Closure::once_into_js(move || {
        let _in_front = window().focus();
        let _left = window().location().set_href(&href);
    });
    shown.set_onclick(Some(opened.unchecked_ref()));
}

/// Number of alerts in the current [`STORM`], with this one.
fn count() -> u32 {
    let now = js_sys::Date::now();
    COUNTED.with(|counted| {
        let (since, n) = counted.get();
        let next = if now - since > STORM { (now, 1) } else { (since, n + 1) };
        counted.set(next);
        next.1
    })
}

/// Some browsers, such as Safari on iOS outside the home screen, have none.
fn is_supported() -> bool {
    js_sys::Reflect::has(&window(), &"Notification".into()).unwrap_or(false)
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

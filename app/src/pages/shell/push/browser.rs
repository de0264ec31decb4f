//! Web Push in this browser: its subscription, and the channel at the server that sends to it.

use js_sys::JSON;
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{PushManager, PushSubscription, PushSubscriptionOptionsInit, ServiceWorkerRegistration};

use crate::api::call::Call;
use crate::api::push::{FindPush, GetPushKey, RemovePush, SavePush};
use crate::error::Error;
use crate::live::desktop::ask_permission;
use crate::pages::shell::desktop::BLOCKED;
use crate::types::Severity;

/// The script that shows messages.
const WORKER: &str = "/sw.js";

/// Whether the browser supports push. All browsers require HTTPS; Safari on iOS also requires that the console was added to the
/// Home Screen.
pub fn is_supported() -> bool {
    let has = |object: &JsValue, name: &str| js_sys::Reflect::has(object, &name.into()).unwrap_or(false);
    has(&window(), "PushManager") && has(&window().navigator(), "serviceWorker")
}

/// The lowest severity that the server pushes to this browser; `None` for off.
pub async fn chosen() -> Result<Option<Severity>, Error> {
    let Some(registration) = registration().await else { return Ok(None) };
    let Some(subscription) = subscription(&registration).await else { return Ok(None) };
    Call::of(FindPush { endpoint: subscription.endpoint() }).send().await
}

/// Subscribes with a minimum severity, or unsubscribes. The error is a sentence to show.
pub async fn choose(from: Option<Severity>) -> Result<(), String> {
    match from {
        Some(from) => turn_on(from).await,
        None => turn_off().await,
    }
}

async fn turn_on(min_severity: Severity) -> Result<(), String> {
    if !ask_permission().await {
        return Err(BLOCKED.to_owned());
    }
    let subscription = subscribe().await.map_err(|error| format!("The browser cannot subscribe: {}", words(&error)))?;
    let json = subscription.to_json().ok().and_then(|json| JSON::stringify(&json).ok());
    let subscription = json.map(String::from).ok_or("The browser's subscription cannot be read.")?;
    let saved = Call::of(SavePush { subscription, browser: browser(), min_severity }).send().await;
    saved.map_err(|error| error.sentence())
}

async fn subscribe() -> Result<PushSubscription, JsValue> {
    let key = Call::of(GetPushKey {}).send().await.map_err(|error| JsValue::from_str(&error.to_string()))?;
    let workers = window().navigator().service_worker();
    JsFuture::from(workers.register(WORKER)).await?;
    let registration: ServiceWorkerRegistration = JsFuture::from(workers.ready()?).await?.unchecked_into();
    let options = PushSubscriptionOptionsInit::new();
    options.set_user_visible_only(true);
    options.set_application_server_key(&key.into());
    let manager = registration.push_manager()?;
    if let Ok(subscribed) = JsFuture::from(manager.subscribe_with_options(&options)?).await {
        return Ok(subscribed.unchecked_into());
    }
    // A subscription to another key, such as that of an earlier database, must be removed first.
    if let Some(other) = subscription(&registration).await {
        JsFuture::from(other.unsubscribe()?).await?;
    }
    Ok(JsFuture::from(manager.subscribe_with_options(&options)?).await?.unchecked_into())
}

async fn turn_off() -> Result<(), String> {
    let Some(registration) = registration().await else { return Ok(()) };
    let Some(subscription) = subscription(&registration).await else { return Ok(()) };
    match Call::of(RemovePush { endpoint: subscription.endpoint() }).send().await {
        // It may have been deleted by an admin.
        Ok(()) | Err(Error::NotFound { .. }) => {}
        Err(error) => return Err(error.sentence()),
    }
    if let Ok(ended) = subscription.unsubscribe() {
        let _ended = JsFuture::from(ended).await;
    }
    Ok(())
}

/// `None` if no service worker is registered.
async fn registration() -> Option<ServiceWorkerRegistration> {
    if !is_supported() {
        return None;
    }
    given(JsFuture::from(window().navigator().service_worker().get_registration()).await.ok()?)
}

async fn subscription(registration: &ServiceWorkerRegistration) -> Option<PushSubscription> {
    let manager: PushManager = registration.push_manager().ok()?;
    given(JsFuture::from(manager.get_subscription().ok()?).await.ok()?)
}

/// A value of a promise that may be null.
fn given<T: JsCast>(value: JsValue) -> Option<T> {
    (!value.is_null() && !value.is_undefined()).then(|| value.unchecked_into())
}

/// Name of the browser and its system, such as `Chrome on Android`.
fn browser() -> String {
    let agent = window().navigator().user_agent().unwrap_or_default();
    let named =
        |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let browser =
        named(&[("Firefox", "Firefox"), ("Edg", "Edge"), ("OPR", "Opera"), ("Chrome", "Chrome"), ("Safari", "Safari")]);
    let system = named(&[
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("iPad", "iOS"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    [browser.or(Some("Browser")), system].into_iter().flatten().collect::<Vec<_>>().join(" on ")
}

fn words(error: &JsValue) -> String {
    let message = error.dyn_ref::<js_sys::Error>().map(|error| error.message().into());
    message.or_else(|| error.as_string()).unwrap_or_else(|| "unknown error".to_owned())
}

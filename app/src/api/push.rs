//! Server functions for Web Push to the user's own browsers.

use leptos::prelude::*;

use crate::Error;
use crate::types::Severity;

/// The public key to subscribe to.
#[server(prefix = "/rpc", endpoint = "push/key")]
pub async fn get_push_key() -> Result<String, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_push_key(&actor).await)
}

/// Lowest severity that is pushed to this browser; `None` if none is.
#[server(prefix = "/rpc", endpoint = "push/find")]
pub async fn find_push(
    /// URL of the browser's subscription.
    endpoint: String,
) -> Result<Option<Severity>, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.find_push(&actor, endpoint).await)
}

/// Pushes alerts to this browser.
#[server(prefix = "/rpc", endpoint = "push/save")]
pub async fn save_push(
    /// JSON of the browser's `PushSubscription`.
    subscription: String,
    /// Name of the browser and its system.
    browser: String,
    /// Alerts below it are not pushed.
    min_severity: Severity,
) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.save_push(&actor, subscription, browser, min_severity).await)
}

/// Replaces the subscription of this browser; called by its service worker.
#[server(prefix = "/rpc", endpoint = "push/renew")]
pub async fn renew_push(
    /// URL of the subscription so far.
    endpoint: String,
    /// JSON of the new `PushSubscription`.
    subscription: String,
) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.renew_push(&actor, endpoint, subscription).await)
}

/// Stops pushing to this browser.
#[server(prefix = "/rpc", endpoint = "push/remove")]
pub async fn remove_push(
    /// URL of the browser's subscription.
    endpoint: String,
) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.remove_push(&actor, endpoint).await)
}

//! Error state of a part of the page: the message, a link or a retry, and the request id to report.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::Icon;
use crate::error::Error;
use crate::live::{Live, LiveState};

/// How often a load that failed is repeated while the error lasts, in seconds.
#[cfg(feature = "hydrate")]
const AGAIN: u64 = 10;

/// Shows the error and sets the status of the response to it. `retry` is called by a button; for temporary errors also on a
/// reconnect and every 10 s.
#[component]
pub fn Problem(
    /// The error to show.
    error: Error,
    /// Loads the data again.
    #[prop(into)]
    retry: Callback<()>,
) -> impl IntoView {
    set_status(&error);
    let title = match &error {
        Error::NotFound { .. } => "Not found",
        Error::Unauthorized => "You are signed out",
        Error::Forbidden { .. } => "Your role does not allow this",
        _ => "This could not be loaded",
    };
    let request = match &error {
        Error::Internal { request_id } if !request_id.is_empty() => Some(request_id.clone()),
        _ => None,
    };
    view! {
        <section class="empty" role="alert">
            <span class="empty-icon" data-tone="bad"><Icon data=icondata_lu::LuUnplug/></span>
            <h2>{title}</h2>
            <p>{error.sentence()}</p>
            <div class="button-row">{way_on(&error, retry)}</div>
            {request.map(|id| view! { <p class="request-id">"Request "<code>{id}</code></p> })}
        </section>
    }
}

fn way_on(error: &Error, retry: Callback<()>) -> AnyView {
    match error {
        Error::Unauthorized => {
            view! { <a class="button" data-kind="primary" href="/sign-in" rel="external">"Sign in"</a> }.into_any()
        }
        Error::NotFound { .. } | Error::Forbidden { .. } => {
            let (href, word) = section(&use_location().pathname.get_untracked());
            view! { <a class="button" href=href>{word}</a> }.into_any()
        }
        _ => {
            repeat(retry);
            let press = move |event: leptos::ev::MouseEvent| {
                event.prevent_default();
                retry.run(());
            };
            // A link, so that it works without JavaScript.
            view! {
                <a class="button" href="" rel="external" on:click=press><Icon data=icondata_lu::LuRefreshCw/>"Retry"</a>
            }
            .into_any()
        }
    }
}

/// The list that a page belongs to.
fn section(path: &str) -> (&'static str, &'static str) {
    match path.split('/').nth(1) {
        Some("alerts") => ("/alerts", "All alerts"),
        Some("events") => ("/events", "All events"),
        Some("sources") => ("/sources", "All sources"),
        _ => ("/", "Overview"),
    }
}

/// Retries when the live connection is back, and at intervals, since the server may fail while the connection holds.
fn repeat(retry: Callback<()>) {
    on_reconnect(retry);
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let again = set_interval_with_handle(move || retry.run(()), std::time::Duration::from_secs(AGAIN));
        on_cleanup(move || drop(again.map(|again| again.clear())));
    });
}

/// Runs `work` when the live connection is back.
pub fn on_reconnect(work: Callback<()>) {
    let Some(live) = use_context::<Live>() else { return };
    Effect::new(move |was_live: Option<bool>| {
        let is_live = matches!(live.state.get(), LiveState::Live { .. } | LiveState::CaughtUp { .. });
        if is_live && was_live == Some(false) {
            work.run(());
        }
        is_live
    });
}

/// The page's status is that of its error.
#[cfg(feature = "ssr")]
fn set_status(error: &Error) {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>()
        && let Ok(status) = http::StatusCode::from_u16(error.status())
    {
        response.set_status(status);
    }
}

#[cfg(not(feature = "ssr"))]
fn set_status(_error: &Error) {}

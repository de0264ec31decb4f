//! Error state of a part of the page: the message, a retry button, and the request id to report.

use leptos::prelude::*;

use super::Icon;
use crate::error::Error;

#[component]
pub fn Problem(error: Error, #[prop(into)] retry: Callback<()>) -> impl IntoView {
    let (title, is_signed_out) = match &error {
        Error::NotFound { .. } => ("Not found", false),
        Error::Unauthorized => ("You are signed out", true),
        Error::Forbidden { .. } => ("Your role does not allow this", false),
        _ => ("This could not be loaded", false),
    };
    let request = match &error {
        Error::Internal { request_id } if !request_id.is_empty() => Some(request_id.clone()),
        _ => None,
    };
    view! {
        <section class="empty" role="alert">
            <span class="empty-icon" data-tone="bad"><Icon data=icondata_lu::LuUnplug/></span>
            <h2>{title}</h2>
            <p>{error.to_string()}</p>
            <div class="button-row">
                {if is_signed_out {
                    view! { <a class="button" data-kind="primary" href="/sign-in" rel="external">"Sign in"</a> }.into_any()
                } else {
                    view! {
                        <button class="button" type="button" on:click=move |_| retry.run(())>
                            <Icon data=icondata_lu::LuRefreshCw/>"Retry"
                        </button>
                    }.into_any()
                }}
            </div>
            {request.map(|id| view! { <p class="request-id">"Request "<code>{id}</code></p> })}
        </section>
    }
}

//! The untyped part of a form action.

use leptos::ev::SubmitEvent;
use leptos::form::form_data_from_event;
use leptos::prelude::*;
use leptos::server_fn::error::ServerFnUrlError;

use crate::Error;
use crate::api::call::{Answer, Request};

/// The path, the number of responses, and the last one.
#[derive(Clone, Copy)]
pub struct Sent {
    pub(super) path: &'static str,
    pub(super) under_way: RwSignal<u32>,
    pub(super) answer: RwSignal<Option<Answer>>,
    pub(super) version: RwSignal<u32>,
}

impl Sent {
    /// A form posted without JavaScript leaves its error in the URL.
    pub(super) fn to(path: &'static str) -> Self {
        let left = use_context::<ServerActionError>().filter(|error| error.path() == path);
        let answer = left.map(|error| Answer(Err(ServerFnUrlError::<Error>::decode_err(error.err()))));
        Self { path, under_way: RwSignal::new(0), answer: RwSignal::new(answer), version: RwSignal::new(0) }
    }

    /// The error of the last response.
    pub(super) fn error(self) -> Option<Error> {
        self.answer.with(|answer| answer.as_ref().and_then(|answer| answer.0.as_ref().err().cloned()))
    }

    /// Whether the last response was a success.
    pub(super) fn is_ok(self) -> bool {
        self.answer.with(|answer| answer.as_ref().is_some_and(|answer| answer.0.is_ok()))
    }

    pub(super) fn send(self, request: Request) {
        self.under_way.update(|n| *n += 1);
        leptos::task::spawn_local(async move {
            let answer = request.send().await;
            // The page may have been unmounted.
            self.answer.try_set(Some(answer));
            self.version.try_update(|n| *n += 1);
            self.under_way.try_update(|n| *n -= 1);
        });
    }

    pub(super) fn submit(self, event: &SubmitEvent) {
        if event.default_prevented() {
            return;
        }
        // If the fields cannot be read here, the browser submits the form itself.
        if let Ok(fields) = form_data_from_event(event) {
            event.prevent_default();
            self.send(Request::of_form(self.path, encoded(&fields)));
        }
    }
}

#[cfg(feature = "hydrate")]
fn encoded(fields: &web_sys::FormData) -> String {
    let fields = web_sys::UrlSearchParams::new_with_str_sequence_sequence(fields);
    fields.map(|fields| fields.to_string().into()).unwrap_or_default()
}

/// Forms are only submitted from here in the browser.
#[cfg(not(feature = "hydrate"))]
fn encoded<T>(_fields: &T) -> String {
    String::new()
}

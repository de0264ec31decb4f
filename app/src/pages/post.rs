//! Forms: what is posted to a server function, and what it answered. Without scripts the browser posts by itself, and the
//! page it is sent back to says what went wrong.

use std::marker::PhantomData;

use leptos::ev::SubmitEvent;
use leptos::form::form_data_from_event;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::server_fn::error::ServerFnUrlError;
use serde::de::DeserializeOwned;

use crate::Error;
use crate::api::answer::Answer;
use crate::api::call::{Call, Request};

/// Posts to one function that answers with a `T`.
pub struct Post<T> {
    pub sent: Sent,
    output: PhantomData<fn() -> T>,
}

/// The same without its type: how often it has answered, and what.
#[derive(Clone, Copy)]
pub struct Sent {
    path: &'static str,
    under_way: RwSignal<u32>,
    answer: RwSignal<Option<Answer>>,
    version: RwSignal<u32>,
}

impl<T> Clone for Post<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Post<T> {}

impl<T> From<Post<T>> for Sent {
    fn from(post: Post<T>) -> Self {
        post.sent
    }
}

impl<T: DeserializeOwned> Post<T> {
    /// To the function of these arguments.
    pub fn to<S: ServerFn<Output = T, Error = Error>>() -> Self {
        Self { sent: Sent::to(S::PATH), output: PhantomData }
    }

    /// Posts without a form.
    pub fn send(self, call: Call<T>) {
        self.sent.send(call.request);
    }

    /// The last answer.
    pub fn get(self) -> Option<Result<T, Error>> {
        self.sent.answer.with(|answer| answer.as_ref().map(Answer::read))
    }

    /// The last answer, if it was a good one.
    pub fn ok(self) -> Option<T> {
        self.get().and_then(Result::ok)
    }
}

impl<T> Post<T> {
    pub fn error(self) -> Option<Error> {
        self.sent.error()
    }

    pub fn pending(self) -> bool {
        self.sent.under_way.get() > 0
    }

    /// How many answers there have been.
    pub fn version(self) -> u32 {
        self.sent.version.get()
    }
}

impl Sent {
    /// A form without scripts leaves its error in the address.
    fn to(path: &'static str) -> Self {
        let left = use_context::<ServerActionError>().filter(|error| error.path() == path);
        let answer = left.map(|error| Answer(Err(ServerFnUrlError::<Error>::decode_err(error.err()))));
        Self { path, under_way: RwSignal::new(0), answer: RwSignal::new(answer), version: RwSignal::new(0) }
    }

    /// What the last answer said went wrong.
    pub fn error(self) -> Option<Error> {
        self.answer.with(|answer| answer.as_ref().and_then(|answer| answer.0.as_ref().err().cloned()))
    }

    /// Whether the last answer was a good one.
    pub fn is_ok(self) -> bool {
        self.answer.with(|answer| answer.as_ref().is_some_and(|answer| answer.0.is_ok()))
    }

    fn send(self, request: Request) {
        self.under_way.update(|n| *n += 1);
        leptos::task::spawn_local(async move {
            let answer = request.send().await;
            // The page may be gone.
            self.answer.try_set(Some(answer));
            self.version.try_update(|n| *n += 1);
            self.under_way.try_update(|n| *n -= 1);
        });
    }

    fn submit(self, event: &SubmitEvent) {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        if let Ok(fields) = form_data_from_event(event) {
            self.send(Request::of_form(self.path, encoded(&fields)));
        }
    }
}

#[cfg(feature = "hydrate")]
fn encoded(fields: &web_sys::FormData) -> String {
    let fields = web_sys::UrlSearchParams::new_with_str_sequence_sequence(fields);
    fields.map(|fields| fields.to_string().into()).unwrap_or_default()
}

/// A form without scripts is not submitted here.
#[cfg(not(feature = "hydrate"))]
fn encoded<T>(_fields: &T) -> String {
    String::new()
}

/// A form whose fields are the arguments of the function.
#[component]
pub fn PostForm(#[prop(into)] post: Sent, children: Children) -> impl IntoView {
    view! { <form method="post" action=post.path on:submit=move |event| post.submit(&event)>{children()}</form> }
}

/// Loads the page's data again whenever something was posted well.
pub fn reload_after(post: impl Into<Sent>, version: RwSignal<u32>) {
    let post = post.into();
    Effect::new(move |_| {
        if post.is_ok() {
            version.update(|n| *n += 1);
        }
    });
}

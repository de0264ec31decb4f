//! Forms: what is posted to a server function, and what it answered. Without scripts the browser posts by itself, and the
//! page it is sent back to says what went wrong.

mod sent;

use std::marker::PhantomData;

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::de::DeserializeOwned;

use crate::Error;
use crate::api::call::{Answer, Call};

pub use sent::Sent;

/// Posts to one function that answers with a `T`.
pub struct Post<T> {
    sent: Sent,
    output: PhantomData<fn() -> T>,
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
    /// What the last answer said went wrong.
    pub fn error(self) -> Option<Error> {
        self.sent.error()
    }

    /// Whether the last answer was a good one.
    pub fn is_ok(self) -> bool {
        self.sent.is_ok()
    }

    /// Whether an answer is awaited.
    pub fn pending(self) -> bool {
        self.sent.under_way.get() > 0
    }

    /// How many answers there have been.
    pub fn version(self) -> u32 {
        self.sent.version.get()
    }
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

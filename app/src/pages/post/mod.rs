//! Forms that post to a server function, with the response. Without JavaScript the browser posts the form, and the page it is
//! redirected to shows the error.

mod sent;

use std::marker::PhantomData;

use leptos::html::Form;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::de::DeserializeOwned;

use crate::Error;
use crate::api::call::{Answer, Call};

pub use sent::Sent;

/// A form action whose response is a `T`.
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
    /// An action that posts to this server function.
    pub fn to<S: ServerFn<Output = T, Error = Error>>() -> Self {
        Self { sent: Sent::to(S::PATH), output: PhantomData }
    }

    /// Posts without a form.
    pub fn send(self, call: Call<T>) {
        self.sent.send(call.request);
    }

    /// The last response.
    pub fn get(self) -> Option<Result<T, Error>> {
        self.sent.answer.with(|answer| answer.as_ref().map(Answer::read))
    }

    /// The output of the last response, if it succeeded.
    pub fn ok(self) -> Option<T> {
        self.get().and_then(Result::ok)
    }
}

impl<T> Post<T> {
    /// The error of the last response.
    pub fn error(self) -> Option<Error> {
        self.sent.error()
    }

    /// Whether the last response was a success.
    pub fn is_ok(self) -> bool {
        self.sent.is_ok()
    }

    /// Whether a request is in flight.
    pub fn pending(self) -> bool {
        self.sent.under_way.get() > 0
    }

    /// Number of responses so far.
    pub fn version(self) -> u32 {
        self.sent.version.get()
    }
}

/// A form whose fields are the arguments of the server function.
#[component]
pub fn PostForm(
    #[prop(into)] post: Sent,
    /// Resets the fields after a success. Reloading the page's data does not: it keeps the elements, with passwords that were
    /// typed into them.
    #[prop(optional)]
    clears: bool,
    children: Children,
) -> impl IntoView {
    let form = NodeRef::<Form>::new();
    if clears {
        Effect::new(move |_| {
            if post.is_ok() {
                clear(form);
            }
        });
    }
    view! {
        <form method="post" node_ref=form action=post.path on:submit=move |event| post.submit(&event)>
            {children()}
        </form>
    }
}

fn clear(form: NodeRef<Form>) {
    #[cfg(feature = "hydrate")]
    if let Some(form) = form.get_untracked() {
        form.reset();
    }
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = form;
}

/// Reloads the page's data after every successful post.
pub fn reload_after(post: impl Into<Sent>, version: RwSignal<u32>) {
    let post = post.into();
    Effect::new(move |_| {
        if post.is_ok() {
            version.update(|n| *n += 1);
        }
    });
}

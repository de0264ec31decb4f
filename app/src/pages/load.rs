//! Page data: loaded before the page renders, and reloaded whenever the request changes.

use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::tachys::reactive_graph::OwnedView;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;
use crate::api::call::{Answer, Call, Request, Verbatim};
use crate::ui::{Problem, Skeleton};

/// A resource that yields a `T`.
pub struct Load<T> {
    answer: Resource<Answer, Verbatim>,
    output: PhantomData<fn() -> T>,
}

impl<T> Clone for Load<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Load<T> {}

impl<T: Serialize + DeserializeOwned + 'static> Load<T> {
    /// Loads the response of `call`, and reloads when a signal that `call` reads changes.
    pub fn new(call: impl Fn() -> Call<T> + Send + Sync + 'static) -> Self {
        Self { answer: load(Box::new(move || call().request)), output: PhantomData }
    }

    /// Loads again with the same arguments.
    pub fn again(self) {
        self.answer.refetch();
    }

    /// Renders the data or the error; a skeleton while loading.
    pub fn show(self, draw: impl Fn(T) -> AnyView + Send + Sync + 'static) -> AnyView {
        self.show_either(move |answer| match answer {
            Ok(output) => draw(output),
            Err(error) => view! { <Problem error retry=move |()| self.again()/> }.into_any(),
        })
    }

    /// Like [`Self::show`], with custom rendering of the error.
    pub fn show_either(self, draw: impl Fn(Result<T, Error>) -> AnyView + Send + Sync + 'static) -> AnyView {
        shown(self.answer, Arc::new(move |answer| draw(answer.read())))
    }
}

type Draw = Arc<dyn Fn(Answer) -> AnyView + Send + Sync>;

type Sending = Pin<Box<dyn Future<Output = Answer> + Send>>;

fn load(request: Box<dyn Fn() -> Request + Send + Sync>) -> Resource<Answer, Verbatim> {
    let send = |request: Request| -> Sending { Box::pin(request.send()) };
    ArcResource::<Answer, Verbatim>::new_with_options(request, send, false).into()
}

/// Each view gets its own owner, a child of the page's. The closure's owner is cleaned up as soon as a reload starts: signals of
/// the view still on screen would be disposed, and their next update would panic.
fn shown(answer: Resource<Answer, Verbatim>, draw: Draw) -> AnyView {
    let page = Owner::current().unwrap_or_default();
    let body = move || {
        let (draw, page) = (draw.clone(), page.clone());
        Suspend::new(async move {
            let answer = answer.await;
            let owner = page.child();
            OwnedView::new_with_owner(owner.with(|| draw(answer)), owner)
        })
    };
    view! { <Transition fallback=|| view! { <Skeleton/> }>{body}</Transition> }.into_any()
}

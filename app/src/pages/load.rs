//! What a page shows of the server: loaded before the page is drawn, and again whenever what is asked changes.

use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;
use crate::api::call::{Answer, Call, Request, Verbatim};
use crate::ui::{Problem, Skeleton};

/// Data of a `T`.
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
    /// What `call` says, which follows the signals it reads.
    pub fn new(call: impl Fn() -> Call<T> + Send + Sync + 'static) -> Self {
        Self { answer: load(Box::new(move || call().request)), output: PhantomData }
    }

    /// Asks for the same once more.
    pub fn again(self) {
        self.answer.refetch();
    }

    /// The page once it is loaded, or why it is not; a sketch of it until then.
    pub fn show(self, draw: impl Fn(T) -> AnyView + Send + Sync + 'static) -> AnyView {
        self.show_either(move |answer| match answer {
            Ok(output) => draw(output),
            Err(error) => view! { <Problem error retry=move |()| self.again()/> }.into_any(),
        })
    }

    /// The same with words of its own for what failed.
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

fn shown(answer: Resource<Answer, Verbatim>, draw: Draw) -> AnyView {
    let body = move || {
        let draw = draw.clone();
        Suspend::new(async move { draw(answer.await) })
    };
    view! { <Transition fallback=|| view! { <Skeleton/> }>{body}</Transition> }.into_any()
}

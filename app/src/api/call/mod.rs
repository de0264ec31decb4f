//! A call of a server function, and the answer as the text it came as. Whatever is loaded or sent passes here, so that the
//! browser carries the way there and back once, not once per function.

mod answer;
#[cfg(not(feature = "ssr"))]
mod browser;
mod request;
mod text;

use std::marker::PhantomData;

use leptos::server_fn::ServerFn;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;

pub use answer::{Answer, Verbatim};
pub use request::Request;
pub use text::Text;

/// A call that answers with a `T`.
pub struct Call<T> {
    pub request: Request,
    output: PhantomData<fn() -> T>,
}

impl<T> Call<T> {
    /// Of the function whose arguments these are.
    pub fn of<S>(args: S) -> Self
    where
        S: ServerFn<Output = T, Error = Error> + Serialize + Clone + Send + Sync + 'static,
        T: Serialize,
    {
        let mut request = Request::to(S::PATH);
        #[cfg(feature = "ssr")]
        request.run.replace(runner(args));
        #[cfg(not(feature = "ssr"))]
        request.body.push_str(&serde_qs::to_string(&args).unwrap_or_default());
        Self { request, output: PhantomData }
    }

    /// One whose answer is known.
    pub fn answered(answer: Result<T, Error>) -> Self
    where
        T: Serialize,
    {
        let request = Request { known: Some(Answer::of(answer)), ..Request::to("") };
        Self { request, output: PhantomData }
    }

    /// The same, asked again whenever one of `turns` is another.
    pub fn at(mut self, turns: &[u32]) -> Self {
        self.request.turns = turns.to_vec();
        self
    }

    /// Asks now.
    pub async fn send(self) -> Result<T, Error>
    where
        T: DeserializeOwned,
    {
        self.request.send().await.read()
    }
}

impl<T: Serialize> Call<Option<T>> {
    /// Of the function of these arguments, if there are any.
    pub fn maybe<S>(args: Option<S>) -> Self
    where
        S: ServerFn<Output = T, Error = Error> + Serialize + Clone + Send + Sync + 'static,
    {
        // `null` reads as none, anything else as some.
        args.map_or_else(
            || Self::answered(Ok(None)),
            |args| Self { request: Call::of(args).request, output: PhantomData },
        )
    }
}

#[cfg(feature = "ssr")]
fn runner<S>(args: S) -> request::Run
where
    S: ServerFn<Error = Error> + Clone + Send + Sync + 'static,
    S::Output: Serialize,
{
    std::sync::Arc::new(move || {
        let args = args.clone();
        Box::pin(async move { Answer::of(args.run_body().await) })
    })
}

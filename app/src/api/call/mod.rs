//! Server function calls with untyped requests and responses. All loads and posts use them, so that the WASM binary contains
//! the transport code once instead of once per server function.

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

/// A call whose response is a `T`.
pub struct Call<T> {
    /// The untyped request.
    pub request: Request,
    output: PhantomData<fn() -> T>,
}

impl<T> Call<T> {
    /// A call of the server function with these arguments.
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

    /// A call whose result is already known; no request is made.
    pub fn answered(answer: Result<T, Error>) -> Self
    where
        T: Serialize,
    {
        let request = Request { known: Some(Answer::of(answer)), ..Request::to("") };
        Self { request, output: PhantomData }
    }

    /// The same call, repeated whenever one of `turns` changes.
    pub fn at(mut self, turns: &[u32]) -> Self {
        self.request.turns = turns.to_vec();
        self
    }

    /// Sends the request.
    pub async fn send(self) -> Result<T, Error>
    where
        T: DeserializeOwned,
    {
        self.request.send().await.read()
    }
}

impl<T: Serialize> Call<Option<T>> {
    /// A call of the server function if there are arguments, else an immediate `None`.
    pub fn maybe<S>(args: Option<S>) -> Self
    where
        S: ServerFn<Output = T, Error = Error> + Serialize + Clone + Send + Sync + 'static,
    {
        // `null` deserializes to `None`, anything else to `Some`.
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

//! A call of a server function: where to, with which arguments, and the answer as the text it came as. Whatever is loaded
//! or sent passes here, so that the browser carries the way there and back once, not once per function.

use std::marker::PhantomData;

use leptos::server_fn::ServerFn;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::answer::Answer;
use crate::Error;

#[cfg(feature = "ssr")]
type Run = std::sync::Arc<dyn Fn() -> std::pin::Pin<Box<dyn Future<Output = Answer> + Send>> + Send + Sync>;

/// A call that answers with a `T`.
pub struct Call<T> {
    pub request: Request,
    output: PhantomData<fn() -> T>,
}

/// The same without its type. Equal ones ask for the same, at the same turns.
#[derive(Clone)]
pub struct Request {
    path: &'static str,
    /// The arguments as a form sends them; empty on the server, which keeps them as they are.
    body: String,
    turns: Vec<u32>,
    /// What needs no asking.
    known: Option<Answer>,
    #[cfg(feature = "ssr")]
    run: Option<Run>,
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

impl Request {
    fn to(path: &'static str) -> Self {
        Self {
            path,
            body: String::new(),
            turns: Vec::new(),
            known: None,
            #[cfg(feature = "ssr")]
            run: None,
        }
    }

    /// A form's fields, form-urlencoded.
    pub fn of_form(path: &'static str, body: String) -> Self {
        Self { body, ..Self::to(path) }
    }

    /// The server calls the function, the browser its address.
    pub async fn send(self) -> Answer {
        match self.known {
            Some(answer) => answer,
            #[cfg(feature = "ssr")]
            None => match self.run {
                Some(run) => run().await,
                None => Answer(Err(Error::Network)),
            },
            #[cfg(not(feature = "ssr"))]
            None => super::post::send(self.path, self.body).await,
        }
    }
}

impl PartialEq for Request {
    fn eq(&self, other: &Self) -> bool {
        (self.path, &self.turns, &self.body, &self.known) == (other.path, &other.turns, &other.body, &other.known)
    }
}

#[cfg(feature = "ssr")]
fn runner<S>(args: S) -> Run
where
    S: ServerFn<Error = Error> + Clone + Send + Sync + 'static,
    S::Output: Serialize,
{
    std::sync::Arc::new(move || {
        let args = args.clone();
        Box::pin(async move { Answer::of(args.run_body().await) })
    })
}

//! An untyped call: the path and the arguments.

use super::Answer;

/// Runs the server function in process with its typed arguments.
#[cfg(feature = "ssr")]
pub type Run = std::sync::Arc<dyn Fn() -> std::pin::Pin<Box<dyn Future<Output = Answer> + Send>> + Send + Sync>;

/// Two requests are equal if they have the same path, arguments and turns.
#[derive(Clone)]
pub struct Request {
    pub(super) path: &'static str,
    /// Form-urlencoded arguments; empty on the server, which keeps the typed arguments.
    pub(super) body: String,
    /// Counters without meaning to the server; a change makes the request unequal, which reloads it.
    pub(super) turns: Vec<u32>,
    /// A result that is known without a request.
    pub(super) known: Option<Answer>,
    #[cfg(feature = "ssr")]
    pub(super) run: Option<Run>,
}

impl Request {
    pub(super) fn to(path: &'static str) -> Self {
        Self {
            path,
            body: String::new(),
            turns: Vec::new(),
            known: None,
            #[cfg(feature = "ssr")]
            run: None,
        }
    }

    /// A request with the form-urlencoded fields of a form.
    pub fn of_form(path: &'static str, body: String) -> Self {
        Self { body, ..Self::to(path) }
    }

    /// On the server this calls the function directly; in the browser it posts to the function's URL.
    pub async fn send(self) -> Answer {
        match self.known {
            Some(answer) => answer,
            #[cfg(feature = "ssr")]
            None => match self.run {
                Some(run) => run().await,
                None => Answer(Err(crate::Error::Network)),
            },
            #[cfg(not(feature = "ssr"))]
            None => super::browser::post(self.path, self.body).await,
        }
    }
}

impl PartialEq for Request {
    fn eq(&self, other: &Self) -> bool {
        (self.path, &self.turns, &self.body, &self.known) == (other.path, &other.turns, &other.body, &other.known)
    }
}

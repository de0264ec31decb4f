//! A call without its type: where to, with which arguments.

use super::Answer;

#[cfg(feature = "ssr")]
pub type Run = std::sync::Arc<dyn Fn() -> std::pin::Pin<Box<dyn Future<Output = Answer> + Send>> + Send + Sync>;

/// Equal ones ask for the same, at the same turns.
#[derive(Clone)]
pub struct Request {
    pub(super) path: &'static str,
    /// The arguments as a form sends them; empty on the server, which keeps them as they are.
    pub(super) body: String,
    pub(super) turns: Vec<u32>,
    /// What needs no asking.
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

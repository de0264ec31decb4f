//! An asynchronous action started by a button, which may fail.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use leptos::prelude::*;

use super::Toasts;
use crate::Error;

type Work = Pin<Box<dyn Future<Output = Result<(), Error>>>>;

/// State of the action: whether it is running, and its last error.
#[derive(Clone, Copy, Default)]
pub struct Task {
    is_running: RwSignal<bool>,
    error: RwSignal<Option<Error>>,
    done: RwSignal<u32>,
    toasts: Option<Toasts>,
}

impl Task {
    /// A task whose errors are shown as toasts, for pages without a place for them.
    pub fn with_toasts() -> Self {
        Self { toasts: use_context(), ..Self::default() }
    }

    /// Runs the action in the browser. The future is dropped when the page is unmounted.
    pub fn start(self, work: impl Future<Output = Result<(), Error>> + 'static) {
        self.run(Box::pin(work));
    }

    fn run(self, mut work: Work) {
        self.is_running.set(true);
        leptos::task::spawn_local(async move {
            let Some(done) = poll_fn(|context| self.go_on(&mut work, context)).await else { return };
            let error = done.err();
            if let (Some(error), Some(toasts)) = (&error, self.toasts) {
                toasts.fail(error);
            }
            if error.is_none() {
                self.done.update(|n| *n += 1);
            }
            self.error.set(error);
            self.is_running.set(false);
        });
    }

    /// Stops polling once the page is unmounted: the signals that the future uses are disposed then.
    fn go_on(self, work: &mut Work, context: &mut Context) -> Poll<Option<Result<(), Error>>> {
        if self.is_running.is_disposed() { Poll::Ready(None) } else { work.as_mut().poll(context).map(Some) }
    }

    /// Whether it is running, tracked as a signal.
    pub fn is_running(self) -> bool {
        self.is_running.get()
    }

    /// Number of runs that succeeded, tracked as a signal.
    pub fn done(self) -> u32 {
        self.done.get()
    }

    /// The error of the last run, tracked as a signal; `None` if it succeeded.
    pub fn error(self) -> Option<Error> {
        self.error.get()
    }
}

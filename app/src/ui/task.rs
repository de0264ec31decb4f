//! Something a button starts that takes a while and may fail.

use std::pin::Pin;

use leptos::prelude::*;

use super::Toasts;
use crate::Error;

#[derive(Clone, Copy, Default)]
pub struct Task {
    is_running: RwSignal<bool>,
    error: RwSignal<Option<Error>>,
    toasts: Option<Toasts>,
}

impl Task {
    /// One whose page has no place of its own for what went wrong: a toast says it.
    pub fn with_toasts() -> Self {
        Self { toasts: use_context(), ..Self::default() }
    }

    pub fn start(self, work: impl Future<Output = Result<(), Error>> + 'static) {
        self.run(Box::pin(work));
    }

    fn run(self, work: Pin<Box<dyn Future<Output = Result<(), Error>>>>) {
        self.is_running.set(true);
        leptos::task::spawn_local(async move {
            let error = work.await.err();
            if let (Some(error), Some(toasts)) = (&error, self.toasts) {
                toasts.say(error.to_string());
            }
            // The page may be gone.
            self.error.try_set(error);
            self.is_running.try_set(false);
        });
    }

    pub fn is_running(self) -> bool {
        self.is_running.get()
    }

    /// What went wrong the last time.
    pub fn error(self) -> Option<Error> {
        self.error.get()
    }
}

//! Requests that are sent while the user types.

use std::time::Duration;

use leptos::prelude::*;
use serde::de::DeserializeOwned;

use crate::Error;
use crate::api::call::Call;

/// Pause in typing after which the server is asked.
const PAUSE: Duration = Duration::from_millis(250);

/// The last question and its answer.
pub type Asked<I, T> = Option<(I, Result<T, Error>)>;

/// Sends `call` once typing pauses; nothing is sent for `None`. Answers for outdated input are dropped.
pub fn ask_while_typing<I, T>(
    input: impl Fn() -> Option<I> + Copy + Send + Sync + 'static,
    call: impl Fn(&I) -> Call<T> + Copy + Send + Sync + 'static,
) -> RwSignal<Asked<I, T>>
where
    I: Clone + PartialEq + Send + Sync + 'static,
    T: DeserializeOwned + Send + Sync + 'static,
{
    let answer = RwSignal::new(None);
    Effect::new(move |before: Option<Option<TimeoutHandle>>| {
        before.flatten().inspect(TimeoutHandle::clear);
        let asked = input()?;
        let ask = move || {
            leptos::task::spawn_local(async move {
                let result = call(&asked).send().await;
                // The page may have been left meanwhile.
                if !answer.is_disposed() && untrack(input).as_ref() == Some(&asked) {
                    answer.set(Some((asked, result)));
                }
            });
        };
        set_timeout_with_handle(ask, PAUSE).ok()
    });
    answer
}

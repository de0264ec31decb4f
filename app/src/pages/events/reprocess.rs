//! Reprocessing events, and copying a delivery as a curl command.

use leptos::prelude::*;

use super::filters::View;
use crate::api::call::Call;
use crate::api::events::{CountEvents, GetEventPayload, ReprocessEvent, ReprocessEvents};
use crate::live::Clock;
use crate::pages::may::may_act;
use crate::pages::post::{Post, PostForm};
use crate::types::{EventQuery, EventView};
use crate::ui::copy::copy_text;
use crate::ui::text::{counted, counted_some};
use crate::ui::{Icon, Task, Toasts};

/// A button that reprocesses one event, then increments `version` so that the dialog reloads.
#[component]
pub fn Reprocess(id: i64, version: RwSignal<u32>) -> impl IntoView {
    let reprocess = Post::to::<ReprocessEvent>();
    let toasts = expect_context::<Toasts>();
    Effect::new(move |_| match reprocess.get() {
        Some(Ok(())) => {
            toasts.say("Queued for reprocessing");
            // Reload after a delay, as a worker has to process the event first.
            #[cfg(feature = "hydrate")]
            set_timeout(move || version.update(|n| *n += 1), std::time::Duration::from_millis(700));
            #[cfg(not(feature = "hydrate"))]
            let _on_the_server = version;
        }
        Some(Err(error)) => toasts.fail(&error),
        None => {}
    });
    may_act().then(|| {
        view! {
            <PostForm post=reprocess>
                <input type="hidden" name="id" value=id/>
                <button class="button" disabled=move || reprocess.pending()>
                    <Icon data=icondata_lu::LuRotateCcw/>"Reprocess"
                </button>
            </PostForm>
        }
    })
}

/// A button that reprocesses every match up to the id `newest`, after a confirmation that states the count.
#[component]
pub fn ReprocessMatching(view_of: View, newest: i64) -> impl IntoView {
    let now = expect_context::<Clock>().at.get_untracked();
    let query = StoredValue::new(EventQuery { up_to: Some(newest), limit: None, cursor: None, ..view_of.query(now) });
    let (count, task) = (RwSignal::new(None::<i64>), Task::with_toasts());
    let ask = move |_| {
        task.start(async move {
            count.set(Some(Call::of(CountEvents { query: query.get_value() }).send().await?));
            Ok(())
        });
    };
    let reprocess = Post::to::<ReprocessEvents>();
    let toasts = expect_context::<Toasts>();
    Effect::new(move |_| match reprocess.get() {
        Some(Ok(n)) => {
            count.set(None);
            toasts.say(format!("Queued {} for reprocessing", counted(n, "event")));
        }
        Some(Err(error)) => toasts.fail(&error),
        None => {}
    });
    let button = move || match count.get() {
        Some(n) => view! {
            <span class="confirm">
                <span>{format!("Reprocess {}?", counted_some(n, "event"))}</span>
                <button class="button" data-kind="primary" type="button" disabled=move || reprocess.pending() || n == 0
                    on:click=move |_| reprocess.send(Call::of(ReprocessEvents { query: query.get_value() }))>
                    "Reprocess"
                </button>
                <button class="button" data-kind="quiet" type="button" on:click=move |_| count.set(None)>
                    "Cancel"
                </button>
            </span>
        }
        .into_any(),
        _ => view! {
            <button class="button" type="button" disabled=move || task.is_running() on:click=ask>
                <Icon data=icondata_lu::LuRotateCcw/>
                <span>"Reprocess"<span class="button-long">" all matching"</span></span>
            </button>
        }
        .into_any(),
    };
    (may_act() && newest > 0).then_some(button)
}

/// A button that copies the delivery as a curl command with the original headers and body; secrets are redacted.
#[component]
pub fn CopyCurl(event: EventView) -> impl IntoView {
    let event = StoredValue::new(event);
    let word = RwSignal::new("Copy as curl");
    let copy = move || async move {
        let id = event.with_value(|event| event.detail.event.id);
        let body = Call::of(GetEventPayload { id }).send().await?;
        // A terminal interprets control characters in pasted text before the shell parses them.
        let is_plain = !body.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t'));
        let is_text = is_plain && event.with_value(|event| body.len() as i64 == event.size);
        if is_text {
            copy_text(&event.with_value(|event| curl(event, &body)));
        }
        word.set(if is_text { "Copied" } else { "Binary payload: download it" });
        Ok(())
    };
    let task = Task::with_toasts();
    view! {
        <button class="button" type="button" on:click=move |_| task.start(copy())>
            <Icon data=icondata_lu::LuTerminal/><span class="button-long">{word}</span>
        </button>
    }
}

/// Headers that curl or the connection sets itself.
const ITS_OWN: [&str; 6] = ["host", "content-length", "connection", "accept", "user-agent", "accept-encoding"];

/// Longest shell argument in bytes. Linux limits one argument to 128 KiB; the shell's builtin `printf` has no limit.
const LONGEST_WORD: usize = 100_000;

fn curl(event: &EventView, body: &str) -> String {
    let mut command = format!("curl -X POST {}", quoted(&event.url));
    let is_long = body.len() > LONGEST_WORD;
    for (name, value) in event.detail.headers.iter().filter(|(name, _)| !ITS_OWN.contains(&name.as_str())) {
        command.push_str(&format!(" \\\n  -H {}", quoted(&format!("{name}: {}", value.as_str().unwrap_or_default()))));
    }
    if is_long {
        return format!("printf %s {} | {command} \\\n  --data-binary @-", quoted(body));
    }
    format!("{command} \\\n  --data-raw {}", quoted(body))
}

/// Single-quoted for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_quote_in_a_shell_word_is_kept() {
        assert_eq!(super::quoted("it's"), r"'it'\''s'");
    }
}

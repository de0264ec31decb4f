//! Set-up steps at the provider, from its pack.

use leptos::prelude::*;

use crate::types::SourceSetup;
use crate::ui::{CopyField, Icon};

/// The webhook URL, the steps, and a command that sends a test event.
#[component]
pub fn Steps(setup: SourceSetup) -> impl IntoView {
    let url = setup.url.clone();
    let step = move |step: String| {
        let copies_url = step.contains("{url}");
        view! { <li><span>{marked(&step.replace("{url}", &url))}</span>{copies_url.then(|| view! { <CopyUrl/> })}</li> }
    };
    let command =
        setup.provider.sample.as_ref().map(|sample| format!("opscenter send {} --event {sample}", setup.source.slug));
    view! {
        <h2>{format!("In {}", setup.provider.name)}</h2>
        <div class="field" data-span="">
            <label for="url">"Payload URL"</label>
            <CopyField id="url" value=setup.url/>
        </div>
        <ol class="howto">{setup.provider.steps.into_iter().map(step).collect_view()}</ol>
        {command.map(|command| view! {
            <div>
                <div class="code-head"><span>"Or send a test event from the server's terminal"</span></div>
                <pre class="code-block" tabindex="0"><code>{command}</code></pre>
            </div>
        })}
    }
}

/// A button that copies the webhook URL, next to the step that needs it.
#[component]
fn CopyUrl() -> impl IntoView {
    let (copied, set_copied) = signal(false);
    let copy = move |_| {
        crate::ui::copy::copy_field("url");
        set_copied.set(true);
    };
    view! {
        <button class="button" data-size="small" type="button" on:click=copy>
            <Icon data=icondata_lu::LuCopy/>{move || if copied.get() { "Copied" } else { "URL" }}
        </button>
    }
}

/// Renders `**strong**` and `` `code` `` in a pack's steps as elements.
fn marked(text: &str) -> Vec<AnyView> {
    let mut views = Vec::new();
    for (i, part) in text.split("**").enumerate() {
        for (j, piece) in part.split('`').enumerate() {
            let piece = piece.to_owned();
            views.push(match (i % 2, j % 2) {
                (_, 1) => view! { <code>{piece}</code> }.into_any(),
                (1, _) => view! { <strong>{piece}</strong> }.into_any(),
                _ => piece.into_any(),
            });
        }
    }
    views
}

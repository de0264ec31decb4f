//! Set-up steps at the provider, from its pack.

use leptos::prelude::*;

use super::secret::Secret;
use crate::types::SourceSetup;
use crate::ui::address::escaped;
use crate::ui::{CopyField, Icon};

/// The webhook URL, the secret, the steps, and a command that sends a test event. If the provider issues the
/// secret, its field comes after the steps.
#[component]
pub fn Steps(setup: SourceSetup, #[prop(optional_no_strip)] made: Option<String>) -> impl IntoView {
    let (url, has_secret) = (setup.url.clone(), made.is_some());
    let whole = made
        .as_deref()
        .filter(|_| setup.provider.steps.iter().any(|step| has_whole_url(step)))
        .map(|secret| format!("{url}/{}", escaped(secret)));
    // Senders to a compatible API find their source by the key.
    let has_url = setup.provider.steps.iter().any(|step| step.contains("{url}"));
    let step = move |step: String| {
        let is_whole = has_secret && has_whole_url(&step);
        let copied = [
            is_whole.then(|| view! { <CopyOf field="whole-url" name="URL with secret"/> }),
            (!is_whole && step.contains("{url}")).then(|| view! { <CopyOf field="url" name="URL"/> }),
            (!is_whole && has_secret && step.contains("this source's secret"))
                .then(|| view! { <CopyOf field="made-secret" name="Secret"/> }),
        ];
        view! { <li><span>{marked(&step.replace("{url}", &url))}</span>{copied.into_iter().collect_view()}</li> }
    };
    let issues = setup.provider.issues.is_some();
    let (before, after) = ((!issues).then(|| (setup.clone(), made)), issues.then(|| setup.clone()));
    let command =
        setup.provider.sample.as_ref().map(|sample| format!("opscenter send {} --event {sample}", setup.source.slug));
    view! {
        <h2>{format!("In {}", setup.provider.name)}</h2>
        {has_url.then(|| view! {
            <div class="field" data-span="">
                <label for="url">"Payload URL"</label>
                <CopyField id="url" value=setup.url/>
            </div>
        })}
        {before.map(|(setup, made)| view! { <Secret setup made/> })}
        {whole.map(|whole| view! { <WholeUrl whole/> })}
        <ol class="howto">{setup.provider.steps.into_iter().map(step).collect_view()}</ol>
        {after.map(|setup| view! { <Secret setup made=None/> })}
        {command.map(|command| view! {
            <div>
                <div class="code-head"><span>"Or send a test event from the server's terminal"</span></div>
                <pre class="code-block" tabindex="0"><code>{command}</code></pre>
            </div>
        })}
    }
}

/// Whether a step names the URL with the secret in it.
fn has_whole_url(step: &str) -> bool {
    step.contains("{url}/SECRET")
}

/// For senders that accept only a URL.
#[component]
fn WholeUrl(whole: String) -> impl IntoView {
    view! {
        <div class="field" data-span="">
            <label for="whole-url">"URL with secret"</label>
            <CopyField id="whole-url" value=whole/>
            <p class="field-hint">
                "For senders that accept only a URL. Anyone with this URL can send alerts, and proxies may log it. \
                 Shown only until you leave this page."
            </p>
        </div>
    }
}

/// A button that copies a field of the page, next to the step that needs it.
#[component]
fn CopyOf(field: &'static str, name: &'static str) -> impl IntoView {
    let (copied, set_copied) = signal(false);
    let copy = move |_| {
        crate::ui::copy::copy_field(field);
        set_copied.set(true);
    };
    view! {
        <button class="button" data-size="small" type="button" on:click=copy>
            <Icon data=icondata_lu::LuCopy/>{move || if copied.get() { "Copied" } else { name }}
        </button>
    }
}

/// Renders `**strong**` and `` `code` `` in a pack's steps as elements.
pub fn marked(text: &str) -> Vec<AnyView> {
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

//! The form of a channel, to add one and to change one.

use leptos::prelude::*;

use crate::api::notifications::SaveChannel;
use crate::types::{Channel, ChannelKind, Severity};
use crate::ui::{ErrorBanner, Field, error_of};

#[component]
pub fn ChannelForm(channel: Option<Channel>, all: Vec<Channel>) -> impl IntoView {
    let save = ServerAction::<SaveChannel>::new();
    let error = Signal::derive(move || save.value().with(|value| value.clone().and_then(Result::err)));
    let of = move |field: &'static str| error_of(error, field);
    let known = ["name", "recipient", "secret"];
    let elsewhere = move || error.get().filter(|e| e.field().is_none_or(|field| !known.contains(&field)));
    let word = |key: &str| {
        let value = channel.as_ref().and_then(|channel| channel.settings.get(key)?.as_str().map(str::to_owned));
        value.unwrap_or_default()
    };
    let (sources, template, resolved) = (word("sources"), word("template"), word("resolved") == "true");
    let id = channel.as_ref().map_or(0, |channel| channel.id);
    let kind = channel.as_ref().map(|channel| channel.kind);
    let is_ours = channel.as_ref().is_some_and(Channel::is_from_environment);
    let least = channel.as_ref().map_or(Severity::Warning, |channel| channel.min_severity);
    let fallback = channel.as_ref().and_then(|channel| channel.fallback_id);
    let name = channel.as_ref().map_or_else(String::new, |channel| channel.name.clone());
    let recipient = channel.as_ref().filter(|_| !is_ours).map_or_else(String::new, |channel| channel.recipient.clone());
    let others = all.into_iter().filter(|other| other.id != id).collect::<Vec<_>>();
    view! {
        <ActionForm action=save>
            <input type="hidden" name="id" value=id/>
            <div class="fields">
                <Kind kind/>
                <Field id="name" label="Name" value=name required=true error=of("name")/>
                {if is_ours {
                    view! { <input type="hidden" name="recipient" value=""/><input type="hidden" name="secret" value=""/> }.into_any()
                } else {
                    view! {
                        <Field id="recipient" label="Chat id, mail address, or room" value=recipient mono=true error=of("recipient")/>
                        <Field id="secret" label="Bot token or webhook URL" kind="password" autocomplete="new-password" mono=true hint="Kept encrypted; empty leaves it as it is" error=of("secret")/>
                    }.into_any()
                }}
                <div class="field">
                    <span class="label">"Least severity"</span>
                    <select class="select" name="min_severity" aria-label="Least severity">
                        {Severity::ALL.iter().map(|s| view! { <option value=s.as_str() selected=*s == least>{s.label()}</option> }).collect_view()}
                    </select>
                </div>
                <div class="field">
                    <span class="label">"If it fails"</span>
                    <select class="select" name="fallback_id" aria-label="If it fails">
                        <option value="0">"nobody else"</option>
                        {others.into_iter().map(|other| view! { <option value=other.id selected=Some(other.id) == fallback>{other.name}</option> }).collect_view()}
                    </select>
                </div>
                <Field id="sources" label="Only these sources" value=sources mono=true hint="Slugs with commas; empty: all"/>
                <label class="tick"><input class="check-box" type="checkbox" name="resolved" value="true" checked=resolved/>"Tell when it is resolved"</label>
                <div class="field" data-span="">
                    <label for="template">"Template of the message"</label>
                    <textarea class="input area" id="template" name="template" rows="3" data-mono="" spellcheck="false">{template}</textarea>
                    <p class="field-hint">"Empty: the default. Knows title, message, severity, source, link, kind in {{ }}."</p>
                </div>
            </div>
            {move || elsewhere().map(|error| view! { <ErrorBanner error/> })}
            <div class="button-row"><button class="button" data-kind="primary" disabled=move || save.pending().get()>"Save"</button></div>
        </ActionForm>
    }
}

#[component]
fn Kind(kind: Option<ChannelKind>) -> impl IntoView {
    match kind {
        Some(kind) => view! { <input type="hidden" name="kind" value=kind.as_str()/> }.into_any(),
        None => view! {
            <div class="field">
                <span class="label">"Kind"</span>
                <select class="select" name="kind" aria-label="Kind">
                    {ChannelKind::ALL.iter().map(|kind| view! { <option value=kind.as_str()>{kind.label()}</option> }).collect_view()}
                </select>
            </div>
        }
        .into_any(),
    }
}

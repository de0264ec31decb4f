//! The forms to create and to edit a channel.

use leptos::prelude::*;

use crate::Error;
use crate::api::notifications::{AddChannel, SaveChannel};
use crate::pages::post::{Post, PostForm, reload_after};
use crate::types::{Channel, ChannelKind, Severity};
use crate::ui::{Area, ErrorBanner, Field, Icon, error_of};

/// The form for a new channel; open while there is none. Increments `version` when it is saved.
#[component]
pub fn AddForm(all: Vec<Channel>, version: RwSignal<u32>) -> impl IntoView {
    let add = Post::to::<AddChannel>();
    reload_after(add, version);
    let error = Signal::derive(move || add.error());
    let is_open = all.is_empty() || error.with_untracked(Option::is_some);
    view! {
        <details class="card fold" open=is_open>
            <summary><Icon data=icondata_lu::LuPlus/>"Add a channel"</summary>
            <PostForm post=add clears=true>
                <Fields channel=None all error/>
                <div class="button-row">
                    <button class="button" data-kind="primary" disabled=move || add.pending()>"Save"</button>
                </div>
            </PostForm>
        </details>
    }
}

/// The form to change `channel`. Increments `version` when it is saved.
#[component]
pub fn EditForm(channel: Channel, all: Vec<Channel>, version: RwSignal<u32>) -> impl IntoView {
    let save = Post::to::<SaveChannel>();
    reload_after(save, version);
    // Until this form was submitted, an error belongs to a form posted without JavaScript; the page shows that one.
    let error = Signal::derive(move || save.error().filter(|_| save.version() > 0));
    view! {
        <PostForm post=save>
            <input type="hidden" name="id" value=channel.id/>
            <Fields channel=Some(channel) all error/>
            <div class="button-row">
                <button class="button" data-kind="primary" disabled=move || save.pending()>"Save"</button>
            </div>
        </PostForm>
    }
}

#[component]
fn Fields(channel: Option<Channel>, all: Vec<Channel>, error: Signal<Option<Error>>) -> impl IntoView {
    let of = move |field: &'static str| error_of(error, field);
    let known = ["name", "recipient", "secret"];
    let elsewhere = move || error.get().filter(|e| e.field().is_none_or(|field| !known.contains(&field)));
    let word = |key: &str| {
        let value = channel.as_ref().and_then(|channel| channel.settings.get(key)?.as_str().map(str::to_owned));
        value.unwrap_or_default()
    };
    let (sources, resolved) = (word("sources"), word("resolved") == "true");
    let own = Own {
        template: word("template"),
        subject: word("subject"),
        users: word("users"),
        timezone: word("timezone"),
        thread: word("thread"),
    };
    let id = channel.as_ref().map_or(0, |channel| channel.id);
    let kind = channel.as_ref().map(|channel| channel.kind);
    let within = format!("channel-{id}-");
    let is_ours = channel.as_ref().is_some_and(Channel::is_from_environment);
    let is_active = channel.as_ref().map(|channel| channel.is_active).filter(|_| !is_ours);
    let least = channel.as_ref().map_or(Severity::Warning, |channel| channel.min_severity);
    let fallback = channel.as_ref().and_then(|channel| channel.fallback_id);
    let name = channel.as_ref().map_or_else(String::new, |channel| channel.name.clone());
    let others = all.into_iter().filter(|other| other.id != id).collect::<Vec<_>>();
    view! {
        <div class="fields">
            {channel.is_none().then(|| view! { <Kind/> })}
            <Field id="name" name="fields[name]" within=within.clone() label="Name" value=name required=true
                error=of("name")/>
            <Address channel within=within.clone() error/>
            <div class="field">
                <span class="label">"Minimum severity"</span>
                <select class="select" name="fields[min_severity]" aria-label="Minimum severity">
                    {Severity::ALL.iter().map(|s| view! {
                        <option value=s.as_str() selected=*s == least>{s.label()}</option>
                    }).collect_view()}
                </select>
            </div>
            <div class="field">
                <span class="label">"If it fails"</span>
                <select class="select" name="fields[fallback_id]" aria-label="If it fails">
                    <option value="0">"No fallback"</option>
                    {others.into_iter().map(|other| view! {
                        <option value=other.id selected=Some(other.id) == fallback>{other.name}</option>
                    }).collect_view()}
                </select>
            </div>
            <Field id="sources" name="fields[sources]" within=within.clone() label="Only these sources" value=sources
                mono=true hint="Comma-separated slugs; blank for all"/>
            <label class="tick">
                <input class="check-box" type="checkbox" name="fields[resolved]" value="true" checked=resolved/>
                "Notify when resolved"
            </label>
            {is_active.map(|is_active| view! { <InUse is_active/> })}
            <Templates kind own within/>
        </div>
        {move || elsewhere().map(|error| view! { <ErrorBanner error/> })}
    }
}

/// Message templates and permitted users of a channel.
struct Own {
    template: String,
    subject: String,
    users: String,
    timezone: String,
    thread: String,
}

/// Fields that apply to one kind are shown for that kind, and while the kind is not chosen yet.
#[component]
fn Templates(kind: Option<ChannelKind>, own: Own, within: String) -> impl IntoView {
    let template_id = format!("{within}template");
    let is_for = |wanted: ChannelKind| kind.is_none_or(|kind| kind == wanted);
    let field =
        |id: &'static str, name: &'static str, asked: bool, label: &'static str, hint: &'static str, value: String| {
            let within = within.clone();
            if asked {
                view! { <Field id name within label value mono=true hint/> }.into_any()
            } else {
                view! { <input type="hidden" name=name value=value/> }.into_any()
            }
        };
    let (telegram, email) = (is_for(ChannelKind::Telegram), is_for(ChannelKind::Email));
    view! {
        {field(
            "timezone", "fields[timezone]", true,
            "Time zone", "For example Europe/Berlin; blank for UTC", own.timezone,
        )}
        {field(
            "users", "fields[users]", telegram,
            "Telegram: users allowed to use the buttons",
            "Comma-separated user IDs; blank for everyone in the chat", own.users,
        )}
        {field(
            "thread", "fields[thread]", telegram,
            "Telegram: topic", "Topic number in a group; blank for none", own.thread,
        )}
        {field("subject", "fields[subject]", email, "Email: subject template", "Blank for the default", own.subject)}
        <div class="field" data-span="">
            <label for=template_id.clone()>"Message template"</label>
            <Area id=template_id name="fields[template]" rows=3 value=own.template/>
            <p class="field-hint">
                "Blank for the default. Variables: {{ title }}, message, severity, source, link, kind, note."
            </p>
        </div>
    }
}

/// A two-way choice rather than a checkbox, since browsers do not submit an unchecked one.
#[component]
fn InUse(is_active: bool) -> impl IntoView {
    view! {
        <div class="field">
            <span class="label">"Enabled"</span>
            <select class="select" name="fields[active]" aria-label="Enabled">
                <option value="true" selected=is_active>"Yes"</option>
                <option value="false" selected=!is_active>"No"</option>
            </select>
        </div>
    }
}

/// Recipient and secret. Read-only for a channel that the environment defines.
#[component]
fn Address(channel: Option<Channel>, within: String, error: Signal<Option<Error>>) -> impl IntoView {
    if channel.as_ref().is_some_and(Channel::is_from_environment) {
        return view! {
            <input type="hidden" name="fields[recipient]" value=""/>
            <input type="hidden" name="fields[secret]" value=""/>
        }
        .into_any();
    }
    // Slack has no recipient of its own: what is displayed is derived from the webhook URL.
    let shown = channel.filter(|channel| channel.kind != ChannelKind::Slack);
    let recipient = shown.map_or_else(String::new, |channel| channel.recipient);
    view! {
        <Field id="recipient" name="fields[recipient]" within=within.clone() label="Chat id, email address or room"
            value=recipient mono=true error=error_of(error, "recipient")/>
        <Field id="secret" name="fields[secret]" within label="Bot token or webhook URL" kind="password"
            autocomplete="new-password" mono=true hint="Stored encrypted; blank keeps the current one"
            error=error_of(error, "secret")/>
    }
    .into_any()
}

#[component]
fn Kind() -> impl IntoView {
    view! {
        <div class="field">
            <span class="label">"Kind"</span>
            <select class="select" name="kind" aria-label="Kind">
                {ChannelKind::ALL.iter().map(|kind| view! {
                    <option value=kind.as_str()>{kind.label()}</option>
                }).collect_view()}
            </select>
        </div>
    }
}

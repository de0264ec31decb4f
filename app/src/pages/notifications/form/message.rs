//! The text of a channel's messages, and what only its kind has.

use leptos::prelude::*;

use super::preview::Preview;
use super::setting;
use crate::Error;
use crate::types::{Channel, ChannelKind};
use crate::ui::{Area, Field, FieldNote, error_of, note_id};

/// Time zone, fields of the kind, and the template with its preview.
#[component]
pub fn MessageFields(
    kind: ChannelKind,
    channel: Option<Channel>,
    within: String,
    error: Signal<Option<Error>>,
) -> impl IntoView {
    let of = |name: &str| setting(channel.as_ref(), name);
    let (template, subject, timezone) = (of("template"), RwSignal::new(of("subject")), of("timezone"));
    let own = match kind {
        ChannelKind::Telegram => view! {
            <Field id="users" name="fields[users]" within=within.clone() label="Users allowed to use the buttons"
                value=of("users") mono=true hint="Telegram user IDs, separated by commas; blank for everyone in the chat"/>
            <Field id="thread" name="fields[thread]" within=within.clone() label="Topic" value=of("thread") mono=true
                hint="Topic number in a group; blank for none"/>
        }
        .into_any(),
        ChannelKind::Email => view! {
            <Field id="subject" name="fields[subject]" within=within.clone() label="Subject template"
                value=subject.get_untracked() mono=true hint="Blank for the title" typed=subject/>
        }
        .into_any(),
        ChannelKind::Slack | ChannelKind::Push => ().into_any(),
    };
    view! {
        <Field id="timezone" name="fields[timezone]" within=within.clone() label="Time zone" value=timezone mono=true
            hint="For example Europe/Berlin; blank for UTC"/>
        {own}
        <Template kind template subject within error/>
    }
}

/// The template, and what it makes of a real alert.
#[component]
fn Template(
    kind: ChannelKind,
    template: String,
    subject: RwSignal<String>,
    within: String,
    error: Signal<Option<Error>>,
) -> impl IntoView {
    let id = format!("{within}template");
    let typed = RwSignal::new(template.clone());
    // Channels have a form each; only that in use asks for a preview.
    let is_used = RwSignal::new(false);
    let wrong = error_of(error, "settings.template");
    view! {
        <div class="field" data-span="" on:focusin=move |_| is_used.set(true)
            on:input=move |event| typed.set(event_target_value(&event))>
            <label for=id.clone()>"Message template"</label>
            <Area id=id.clone() name="fields[template]" rows=3 value=template note=note_id(&id) error=wrong/>
            <FieldNote of=id error=wrong
                hint="Blank for the default. Variables: {{ title }}, message, severity, source, link, kind, note."/>
        </div>
        {move || is_used.get().then(|| view! { <Preview kind template=typed subject/> })}
    }
}

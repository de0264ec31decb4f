//! What a channel is notified of, and what happens if it fails.

use leptos::prelude::*;

use super::{Known, setting};
use crate::types::{Channel, Severity, SourceName};

/// Minimum severity, sources, resolved messages, fallback, and whether it is in use.
#[component]
pub fn Routing(channel: Option<Channel>, known: Known) -> impl IntoView {
    let least = channel.as_ref().map_or(Severity::Warning, |channel| channel.min_severity);
    let is_resolved_told = setting(channel.as_ref(), "resolved") == "true";
    let sources = setting(channel.as_ref(), "sources");
    let is_active = channel.as_ref().filter(|channel| !channel.is_from_environment()).map(|channel| channel.is_active);
    let levels = Severity::ALL.iter().map(|s| {
        view! { <option value=s.as_str() selected=*s == least>{s.label()}</option> }
    });
    let levels = levels.collect_view();
    view! {
        <div class="field">
            <span class="label">"Minimum severity"</span>
            <select class="select" name="fields[min_severity]" aria-label="Minimum severity">{levels}</select>
        </div>
        <Fallback channel all=known.channels/>
        <SourcePicker sources=known.sources chosen=sources/>
        <label class="tick">
            <input class="check-box" type="checkbox" name="fields[resolved]" value="true" checked=is_resolved_told/>
            "Notify when resolved"
        </label>
        {is_active.map(|is_active| view! { <InUse is_active/> })}
    }
}

#[component]
fn Fallback(channel: Option<Channel>, all: Vec<Channel>) -> impl IntoView {
    let (id, fallback) = channel.map_or((0, None), |channel| (channel.id, channel.fallback_id));
    let others = all.into_iter().filter(|other| other.id != id).map(|other| {
        view! { <option value=other.id selected=Some(other.id) == fallback>{other.name}</option> }
    });
    let others = others.collect_view();
    view! {
        <div class="field">
            <span class="label">"Fallback channel"</span>
            <select class="select" name="fields[fallback_id]" aria-label="Fallback channel">
                <option value="0">"No fallback"</option>
                {others}
            </select>
        </div>
    }
}

/// A check box for each source. A selected source that was deleted stays listed until it is unchecked.
#[component]
fn SourcePicker(sources: Vec<SourceName>, chosen: String) -> impl IntoView {
    let chosen: Vec<String> =
        chosen.split(',').map(|slug| slug.trim().to_owned()).filter(|slug| !slug.is_empty()).collect();
    let gone = chosen.iter().filter(|slug| !sources.iter().any(|source| source.slug == **slug));
    let gone: Vec<_> = gone.map(|slug| (slug.clone(), format!("{slug} (deleted)"))).collect();
    let known = sources.into_iter().map(|source| (source.slug, source.name)).chain(gone);
    let box_of = |(slug, name): (String, String)| {
        let is_chosen = chosen.contains(&slug);
        view! {
            <label class="tick">
                <input class="check-box" type="checkbox" name="fields[sources][]" value=slug checked=is_chosen/>{name}
            </label>
        }
    };
    let boxes = known.map(box_of).collect_view();
    view! {
        <fieldset class="field source-picker" data-span="">
            <legend class="label">"Sources"</legend>
            <div class="ticks">{boxes}</div>
            <p class="field-hint">"If none is checked, alerts of all sources are sent."</p>
        </fieldset>
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

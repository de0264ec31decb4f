//! The choice of a provider: by group, with a search.

use leptos::prelude::*;

use crate::types::{ProviderGroup, ProviderInfo};
use crate::ui::Mark;
use crate::ui::field::checked_value;

/// Radio buttons by group. Sets `chosen` when one is chosen.
#[component]
pub fn Providers(providers: Vec<ProviderInfo>, chosen: RwSignal<Option<ProviderInfo>>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let names: Vec<String> = providers.iter().map(|provider| provider.name.to_lowercase()).collect();
    let none_fits = move || typed.with(|typed| !names.iter().any(|name| name.contains(&needle(typed))));
    let group = |group: &ProviderGroup| {
        let members = of_group(&providers, *group);
        (!members.is_empty()).then(|| view! { <Group name=title(*group) members chosen typed/> })
    };
    read_early_choice(providers.clone(), chosen);
    let groups = ProviderGroup::ALL.iter().map(group).collect_view();
    view! {
        <fieldset>
            <legend>"Provider"</legend>
            <input class="input provider-search" type="search" placeholder="Find a provider" aria-label="Find a provider"
                autocomplete="off" on:input=move |event| typed.set(event_target_value(&event))
                on:keydown=|event| if event.key() == "Enter" { event.prevent_default() }/>
            {groups}
            <p class="field-hint" role="status">
                {move || none_fits().then_some("No provider matches. Use Generic for senders that sign with HMAC, or Token for senders that cannot sign.")}
            </p>
        </fieldset>
    }
}

/// Reads the choice made before hydration.
fn read_early_choice(providers: Vec<ProviderInfo>, chosen: RwSignal<Option<ProviderInfo>>) {
    Effect::new(move |_| {
        let checked = checked_value("provider");
        if let Some(provider) = providers.iter().find(|provider| Some(&provider.id) == checked.as_ref()) {
            chosen.set(Some(provider.clone()));
        }
    });
}

#[component]
fn Group(
    name: &'static str,
    members: Vec<ProviderInfo>,
    chosen: RwSignal<Option<ProviderInfo>>,
    typed: RwSignal<String>,
) -> impl IntoView {
    let names: Vec<String> = members.iter().map(|provider| provider.name.to_lowercase()).collect();
    let is_hidden = move || typed.with(|typed| !names.iter().any(|name| name.contains(&needle(typed))));
    let choices = members.into_iter().map(|provider| view! { <Choice provider chosen typed/> }).collect_view();
    view! {
        <div class="provider-group" hidden=is_hidden><h3>{name}</h3><div class="providers">{choices}</div></div>
    }
}

#[component]
fn Choice(provider: ProviderInfo, chosen: RwSignal<Option<ProviderInfo>>, typed: RwSignal<String>) -> impl IntoView {
    let experimental = (!provider.is_sound).then(|| {
        view! { <small title="Not yet tested with the provider's own signatures and payloads">"experimental"</small> }
    });
    let (id, name) = (provider.id.clone(), provider.name.clone());
    let lower = name.to_lowercase();
    let is_hidden = move || typed.with(|typed| !lower.contains(&needle(typed)));
    view! {
        <label class="provider" hidden=is_hidden>
            <input class="visually-hidden" type="radio" name="provider" value=id.clone() required=true
                on:change=move |_| chosen.set(Some(provider.clone()))/>
            <Mark provider=id/>
            <span>{name}</span>
            {experimental}
        </label>
    }
}

fn needle(typed: &str) -> String {
    typed.trim().to_lowercase()
}

const fn title(group: ProviderGroup) -> &'static str {
    match group {
        ProviderGroup::Code => "Code",
        ProviderGroup::Monitoring => "Monitoring",
        ProviderGroup::Payments => "Payments",
        ProviderGroup::Chat => "Chat, mail and tickets",
        ProviderGroup::Cloud => "Cloud",
        ProviderGroup::Yours => "Your own and common formats",
    }
}

/// Members of a group: the most used first, experimental ones last.
fn of_group(providers: &[ProviderInfo], group: ProviderGroup) -> Vec<ProviderInfo> {
    let mut members: Vec<_> = providers.iter().filter(|provider| provider.group == group).cloned().collect();
    members.sort_by_key(|provider| (!provider.is_sound, rank(&provider.id), provider.name.to_lowercase()));
    members
}

/// Sort rank of the most used providers; the rest sort by name.
fn rank(id: &str) -> usize {
    let first =
        ["github", "stripe", "alertmanager", "grafana", "sentry", "gitlab", "pagerduty", "shopify", "slack", "generic"];
    first.iter().position(|name| *name == id).unwrap_or(first.len())
}

//! The choice of desktop notifications, in the account menu.

use leptos::prelude::*;

use crate::live::Live;
use crate::types::Severity;
use crate::ui::Icon;

/// Shown if the browser does not give permission.
pub const BLOCKED: &str = "Your browser blocks notifications for this site. Allow them in the browser's site settings.";

/// Off, or the lowest severity. The browser asks for permission at the first choice.
#[component]
pub fn DesktopChoice() -> impl IntoView {
    let live = expect_context::<Live>();
    let refused = RwSignal::new(false);
    let problem = Signal::derive(move || refused.get().then(|| BLOCKED.to_owned()));
    view! {
        <Choice label="Desktop notifications" icon=icondata_lu::LuBellRing chosen=live.desktop problem
            choose=move |severity| live.choose_desktop(severity, refused)/>
    }
}

/// A select box with the minimum severity, and an error message.
#[component]
pub fn Choice(
    label: &'static str,
    icon: icondata_core::Icon,
    chosen: RwSignal<Option<Severity>>,
    problem: Signal<Option<String>>,
    #[prop(optional)] is_busy: Signal<bool>,
    choose: impl Fn(Option<Severity>) + 'static,
) -> impl IntoView {
    let option = move |severity: Option<Severity>, word: &'static str| {
        let is_chosen = move || chosen.get() == severity;
        view! { <option value=severity.map_or("", |severity| severity.as_str()) prop:selected=is_chosen>{word}</option> }
    };
    view! {
        <label class="menu-item menu-choice" data-scripted="">
            <Icon data=icon/>{label}
            <select class="select" disabled=is_busy on:change=move |event| choose(event_target_value(&event).parse().ok())>
                {option(None, "Off")}
                {option(Some(Severity::Critical), "Critical")}
                {option(Some(Severity::Error), "Error or higher")}
                {option(Some(Severity::Warning), "Warning or higher")}
            </select>
        </label>
        {move || problem.get().map(|problem| view! { <p class="field-error menu-note" role="alert">{problem}</p> })}
    }
}

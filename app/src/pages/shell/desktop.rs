//! The choice of desktop notifications, in the account menu.

use leptos::prelude::*;

use crate::live::Live;
use crate::types::Severity;
use crate::ui::Icon;

/// Off, or the lowest severity. The browser asks for permission at the first choice.
#[component]
pub fn DesktopChoice() -> impl IntoView {
    let live = expect_context::<Live>();
    let refused = RwSignal::new(false);
    let choose = move |event: leptos::ev::Event| {
        let wanted: Option<Severity> = event_target_value(&event).parse().ok();
        live.choose_desktop(wanted, refused);
    };
    let option = move |severity: Option<Severity>, word: &'static str| {
        let is_chosen = move || live.desktop.get() == severity;
        view! { <option value=severity.map_or("", |severity| severity.as_str()) prop:selected=is_chosen>{word}</option> }
    };
    view! {
        <label class="menu-item menu-choice" data-scripted="">
            <Icon data=icondata_lu::LuBellRing/>"Desktop notifications"
            <select class="select" on:change=choose>
                {option(None, "Off")}
                {option(Some(Severity::Critical), "Critical")}
                {option(Some(Severity::Error), "Error or higher")}
                {option(Some(Severity::Warning), "Warning or higher")}
            </select>
        </label>
        {move || refused.get().then(|| view! {
            <p class="field-error menu-note" role="alert">"Your browser blocks notifications for this site. Allow them in the browser's site settings."</p>
        })}
    }
}

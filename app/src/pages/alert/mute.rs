//! The menu of how long an alert is muted.

use leptos::html::{Details, Input};
use leptos::prelude::*;

use super::actions::mute;
use crate::live::Clock;
use crate::types::time::{HOUR, MINUTE};
use crate::ui::Icon;
use crate::ui::menu::{close_menu, menu_key};
use crate::ui::zone::Zone;

/// Hour of the day until which `Until tomorrow` mutes.
const MORNING: i64 = 9;

/// 15 minutes, 4 hours, until tomorrow morning, or until a time of the reader's choice. The plain button beside it mutes for
/// an hour.
#[component]
pub fn MuteMenu(id: i64) -> impl IntoView {
    let (zone, now) = (expect_context::<Zone>(), expect_context::<Clock>().at);
    let menu = NodeRef::<Details>::new();
    let until = move |at: i64| {
        mute(id, at);
        close_menu(menu);
    };
    let item = move |word: &'static str, at: fn(i64, Zone) -> i64| {
        view! {
            <button class="menu-item" type="button" on:click=move |_| until(at(now.get_untracked(), zone))>{word}</button>
        }
    };
    view! {
        <details class="menu mute-menu" data-scripted="" node_ref=menu on:keydown=move |event| menu_key(menu, &event)>
            <summary class="button" aria-label="Mute until…" title="Mute until…">
                <Icon data=icondata_lu::LuChevronDown/>
            </summary>
            <div class="menu-panel">
                {item("For 15 min", |now, _| now + 15 * MINUTE)}
                {item("For 4 h", |now, _| now + 4 * HOUR)}
                {item("Until tomorrow, 09:00", |now, zone| zone.tomorrow_at(now, MORNING))}
                <Own until=Callback::new(until)/>
            </div>
        </details>
    }
}

#[component]
fn Own(until: Callback<i64>) -> impl IntoView {
    let zone = expect_context::<Zone>();
    let field = NodeRef::<Input>::new();
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let chosen = field.get_untracked().and_then(|field| zone.parse(&field.value()));
        if let Some(at) = chosen {
            until.run(at);
        }
    };
    view! {
        <form class="mute-own" on:submit=send>
            <label for="mute-until">{move || format!("Until ({})", zone.word())}</label>
            <input class="input" id="mute-until" type="datetime-local" required=true node_ref=field/>
            <button class="button" data-size="small">"Mute"</button>
        </form>
    }
}

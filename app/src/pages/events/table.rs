//! The table of events.

use leptos::prelude::*;

use super::filters::View;
use crate::types::{Event, EventStatus, SourceName, time};
use crate::ui::text::visible;
use crate::ui::{Age, Icon, Mark, StatusBadge};

/// The rows. `sources` gives them display names and icons.
#[component]
pub fn Table(events: RwSignal<Vec<Event>>, sources: Vec<SourceName>, view_of: Memo<View>) -> impl IntoView {
    let sources = StoredValue::new(sources);
    view! {
        <table class="table event-table">
            <thead>
                <tr>
                    <th class="col-source">"Source"</th>
                    <th>"Type"</th>
                    <th class="col-status">"Status"</th>
                    <th class="num col-age" aria-sort="descending">"Received"<Icon data=icondata_lu::LuArrowDown/></th>
                    <th class="num col-took">"Took"</th>
                    <th class="col-delivery">"Delivery ID"</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || events.get() key=|event| (event.id, event.status.as_str()) let:event>
                    <Row event sources view_of/>
                </For>
            </tbody>
        </table>
    }
}

#[component]
fn Row(event: Event, sources: StoredValue<Vec<SourceName>>, view_of: Memo<View>) -> impl IntoView {
    let named = sources.with_value(|sources| sources.iter().find(|name| name.slug == event.source).cloned());
    let (name, provider) = named.map_or((event.source.clone(), String::new()), |name| (name.name, name.provider));
    let id = event.id;
    let took = match event.status {
        // For a reprocessed event, the time since receipt is not its processing time.
        EventStatus::Processed if event.replays == 0 => {
            event.processed_at.map_or_else(String::new, |at| time::took(at - event.created_at))
        }
        _ => String::new(),
    };
    view! {
        <tr title=event.error_message.clone()>
            <td class="cell-source"><span class="source"><Mark provider/><span>{name}</span></span></td>
            <td class="cell-type">
                <a class="row-link mono" data-noscroll="" href=move || view_of.with(|view| view.with_open(Some(id)))>
                    {visible(&event.event_type)}
                </a>
            </td>
            <td class="cell-status"><StatusBadge status=event.status/></td>
            <td class="cell-age num"><Age at=event.created_at/></td>
            <td class="cell-took num">{took}</td>
            <td class="cell-delivery mono">{visible(&event.delivery_id)}</td>
        </tr>
    }
}

//! What a source did in the last 24 hours: figures, last events and last rejected requests.

use leptos::prelude::*;

use crate::api::call::Call;
use crate::api::sources::GetSourceActivity;
use crate::live::{Clock, Live};
use crate::pages::load::Load;
use crate::types::{Event, RefusedRequest, SourceActivity};
use crate::ui::text::{capped, grouped, visible};
use crate::ui::tile::{Tile, TileData, Tone};
use crate::ui::{Age, Icon, StatusBadge};

/// Shortest time between two loads in milliseconds, as in a storm.
const BETWEEN_LOADS: i64 = 2_000;

/// Loads again whenever an alert of the source arrives.
#[component]
pub fn Activity(slug: String) -> impl IntoView {
    let (live, clock) = (expect_context::<Live>(), expect_context::<Clock>());
    let of = slug.clone();
    let newest = move || {
        live.log.with(|log| log.iter().rev().find(|arrival| arrival.alert.source == of).map_or(0, |newest| newest.seq))
    };
    // The sequence number that was last loaded, and when.
    let came = Memo::new(move |last: Option<&(i64, i64)>| match (last.copied(), newest(), clock.now()) {
        (Some((seq, at)), newest, now) if newest == seq || now - at < BETWEEN_LOADS => (seq, at),
        (_, newest, now) => (newest, now),
    });
    let came = Memo::new(move |_| came.get().0);
    let of = slug.clone();
    let activity =
        Load::new(move || Call::of(GetSourceActivity { slug: of.clone() }).at(&[came.get() as u32, live.reload.get()]));
    activity.show(move |activity| view! { <Loaded slug=slug.clone() activity/> }.into_any())
}

#[component]
fn Loaded(slug: String, activity: SourceActivity) -> impl IntoView {
    let figures = [received(&activity.hours), failed(activity.failed), rejected(activity.rejected)].map(Signal::stored);
    let SourceActivity { events, refused, .. } = activity;
    let rejected_href = format!("/events/refused?source={slug}");
    let [received, failed, rejected] = figures;
    view! {
        <section class="tiles three" aria-label="Last 24 hours">
            <Tile id="tile-received" label="Received" short="Received" data=received/>
            <Tile id="tile-failed" label="Failed" short="Failed" data=failed/>
            <Tile id="tile-rejected" label="Rejected" short="Rejected" data=rejected/>
        </section>
        {(!refused.is_empty()).then(|| view! {
            <section class="card" aria-labelledby="rejected-title">
                <header class="card-head">
                    <h2 id="rejected-title">"Last rejected requests"</h2>
                    <a class="more-link" href=rejected_href>"All rejected"<Icon data=icondata_lu::LuArrowRight/></a>
                </header>
                <ul class="source-log">{refused.into_iter().map(rejected_line).collect_view()}</ul>
            </section>
        })}
        <section class="card" aria-labelledby="events-title">
            <header class="card-head">
                <h2 id="events-title">"Last events"</h2>
                <a class="more-link" href=format!("/events?source={slug}")>
                    "All events"<Icon data=icondata_lu::LuArrowRight/>
                </a>
            </header>
            <ul class="source-log">{events.into_iter().map(event_line).collect_view()}</ul>
        </section>
    }
}

fn event_line(event: Event) -> impl IntoView {
    view! {
        <li>
            <a class="mono" href=format!("/events?event={}", event.id)>{visible(&event.event_type)}</a>
            <StatusBadge status=event.status/>
            <span class="source-note">{event.error_message.map(|why| visible(&why))}</span>
            <Age at=event.created_at/>
        </li>
    }
}

fn rejected_line(request: RefusedRequest) -> impl IntoView {
    view! {
        <li>
            <a href=format!("/events/refused?source={}", request.source)>{visible(&request.detail)}</a>
            <span class="source-note">{format!("{} from {}", request.label(), request.ip_address)}</span>
            <Age at=request.created_at/>
        </li>
    }
}

fn received(hours: &[i64]) -> TileData {
    let (sum, peak) = (hours.iter().sum::<i64>(), hours.iter().copied().max().unwrap_or_default());
    let (tone, state) = if sum == 0 { (Tone::Warn, "None") } else { (Tone::Ok, "Receiving") };
    let note = format!("peak: {} per hour", grouped(peak));
    TileData { tone, state: state.to_owned(), number: grouped(sum), unit: "", note, spark: hours.to_vec() }
}

fn failed(count: i64) -> TileData {
    should_be_none(count, "Failing", "after all attempts")
}

fn rejected(count: i64) -> TileData {
    should_be_none(count, "Rejecting", "signature, format or size")
}

fn should_be_none(count: i64, otherwise: &str, note: &str) -> TileData {
    let (tone, state) = if count == 0 { (Tone::Ok, "None") } else { (Tone::Warn, otherwise) };
    let (state, note) = (state.to_owned(), note.to_owned());
    TileData { tone, state, number: capped(count), unit: "", note, spark: Vec::new() }
}

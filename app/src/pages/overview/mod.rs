//! The Overview: what is critical now, pipeline health, and recent alerts.

mod chart;
mod day;
mod heading;
mod recent;
mod sources;
mod start;
mod tiles;

use leptos::prelude::*;

use crate::api::call::Call;
use crate::api::overview::GetOverview;
use crate::live::Live;
use crate::pages::load::Load;
use crate::pages::notifications::why;
use crate::types::Overview;
use crate::ui::health::HealthStrip;
use crate::ui::text::counted_some;
use crate::ui::{ConnectionLost, Icon, PageTitle};

use chart::AlertChart;
use heading::Heading;
use recent::RecentAlerts;
use sources::SourceTable;
pub use sources::last_event;
use start::Start;
use tiles::Tiles;

/// `/`. Loads once, and again when the live stream requests a resync; in between the stream updates it.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let overview = Load::new(move || Call::of(GetOverview {}).at(&[live.reload.get()]));
    view! {
        <PageTitle text="Overview"/>
        {overview.show(|data| view! { <Loaded data/> }.into_any())}
    }
}

#[component]
fn Loaded(data: Overview) -> impl IntoView {
    let live = expect_context::<Live>();
    let at_first = data.numbers.clone();
    let numbers = Memo::new(move |_| live.numbers.get().unwrap_or_else(|| at_first.clone()));
    let stats = Signal::derive(move || numbers.with(|numbers| numbers.stats.clone()));
    let health = Signal::derive(move || numbers.with(|numbers| numbers.health.clone()));
    let hours = Signal::derive(move || numbers.with(|numbers| numbers.stats.hours.clone()));
    let has_sources = Memo::new(move |_| numbers.with(|numbers| !numbers.stats.sources.is_empty()));
    let data = StoredValue::new(data);
    let recent =
        move || data.with_value(|data| view! { <RecentAlerts at_first=data.recent.clone() seq=data.seq/> }.into_any());
    let whole = move || {
        view! {
            <div class="page">
                {view! { <Heading stats health/> }.into_any()}
                <ConnectionLost/>
                {move || (stats.with(|stats| stats.untold) > 0).then(|| view! {
                    <a class="banner" data-tone="bad" href="/notifications">
                        <Icon data=icondata_lu::LuBellOff/>
                        <div>
                            <strong>
                                {move || format!(
                                    "{} failed to notify anyone",
                                    counted_some(stats.with(|stats| stats.untold), "alert"),
                                )}
                            </strong>
                            {move || stats.with(|stats| why(&stats.untold_reasons))}
                        </div>
                    </a>
                })}
                {view! { <Tiles stats/> }.into_any()}
                {view! { <HealthStrip health/> }.into_any()}
                <div class="columns">
                    {recent()}
                    <div class="stack">
                        {view! { <AlertChart hours/> }.into_any()}
                        {view! { <SourceTable stats/> }.into_any()}
                    </div>
                </div>
            </div>
        }
    };
    move || if has_sources.get() { whole().into_any() } else { view! { <Start/> }.into_any() }
}

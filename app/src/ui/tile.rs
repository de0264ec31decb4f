//! A stat tile: label, state, number, comparison and sparkline.

use leptos::prelude::*;

use super::Icon;
use super::spark::Spark;

/// The assessment of a number: green, yellow or red.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Green.
    Ok,
    /// Yellow.
    Warn,
    /// Red.
    Bad,
}

impl Tone {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }

    fn icon(self) -> icondata_core::Icon {
        match self {
            Self::Ok => icondata_lu::LuCircleCheck,
            Self::Warn => icondata_lu::LuTriangleAlert,
            Self::Bad => icondata_lu::LuCircleX,
        }
    }
}

/// Content of a tile.
#[derive(Clone, Debug, PartialEq)]
pub struct TileData {
    /// Colour and icon of the state.
    pub tone: Tone,
    /// One or two words beside the icon.
    pub state: String,
    /// The formatted number.
    pub number: String,
    /// Unit after the number; empty for none.
    pub unit: &'static str,
    /// Comparison or detail, one line.
    pub note: String,
    /// One value per hour, oldest first.
    pub spark: Vec<i64>,
}

/// Shows one figure of the Overview.
#[component]
pub fn Tile(
    /// Element id, unique on the page.
    id: &'static str,
    /// Label on large screens.
    label: &'static str,
    /// Label on small screens.
    short: &'static str,
    /// The figure.
    #[prop(into)]
    data: Signal<TileData>,
) -> impl IntoView {
    let values = Signal::derive(move || data.with(|data| data.spark.clone()));
    view! {
        <article class="card tile" id=id data-tone=move || data.with(|data| data.tone.as_str())>
            <h2 class="tile-label"><span class="tile-long">{label}</span><span class="tile-short">{short}</span></h2>
            <p class="tile-state">
                {move || data.with(|data| view! { <Icon data=data.tone.icon()/>{data.state.clone()} })}
            </p>
            <p class="tile-number">
                {move || data.with(|data| data.number.clone())}
                {move || data.with(|data| (!data.unit.is_empty()).then(|| view! { <small>{data.unit}</small> }))}
            </p>
            <Spark id=spark_id(id) values/>
            <p class="tile-note">{move || data.with(|data| data.note.clone())}</p>
        </article>
    }
}

fn spark_id(tile: &str) -> &'static str {
    match tile {
        "tile-received" => "spark-received",
        "tile-critical" => "spark-critical",
        "tile-took" => "spark-took",
        _ => "spark-failed",
    }
}

//! A sparkline of 24 hours, 110 by 30 units.

use leptos::prelude::*;

use super::text::tenths;

// In tenths of a unit.
const LEFT: i64 = 20;
const RIGHT: i64 = 1_080;
const TOP: i64 = 40;
const BOTTOM: i64 = 240;

/// A line over a filled area, scaled to the highest value.
#[component]
pub fn Spark(
    /// Id of the gradient, unique on the page.
    id: &'static str,
    /// The values, oldest first.
    #[prop(into)]
    values: Signal<Vec<i64>>,
) -> impl IntoView {
    let line = Memo::new(move |_| values.with(|values| points(values)));
    let text = move || line.with(|points| polyline(points));
    let area = move || format!("{},30 {} {},30", tenths(LEFT), text(), tenths(RIGHT));
    let end = move || line.with(|points| points.last().map(|(x, y)| format!("M{} {}h0", tenths(*x), tenths(*y))));
    view! {
        <svg class="spark" viewBox="0 0 110 30" preserveAspectRatio="none" aria-hidden="true">
            <defs>
                <linearGradient id=id x1="0" y1="0" x2="0" y2="1">
                    <stop offset="0" stop-color="currentColor" stop-opacity=".28"></stop>
                    <stop offset="1" stop-color="currentColor" stop-opacity="0"></stop>
                </linearGradient>
            </defs>
            <polygon class="spark-area" fill=format!("url(#{id})") points=area></polygon>
            <polyline points=text></polyline>
            <path class="spark-dot" d=end></path>
        </svg>
    }
}

/// The sparkline without the filled area, for table rows.
#[component]
pub fn MiniSpark(
    /// The values, oldest first.
    values: Vec<i64>,
) -> impl IntoView {
    view! {
        <svg class="spark" data-mini="" viewBox="0 0 110 30" preserveAspectRatio="none" aria-hidden="true">
            <polyline points=polyline(&points(&values))></polyline>
        </svg>
    }
}

fn polyline(points: &[(i64, i64)]) -> String {
    points.iter().map(|(x, y)| format!("{},{}", tenths(*x), tenths(*y))).collect::<Vec<_>>().join(" ")
}

/// Coordinates in tenths of a unit; all zeros give a flat line at the bottom.
fn points(values: &[i64]) -> Vec<(i64, i64)> {
    let highest = values.iter().copied().max().unwrap_or(0).max(1);
    let last = values.len().max(2) as i64 - 1;
    let x = |i: i64| LEFT + (RIGHT - LEFT) * i / last;
    let y = |value: i64| BOTTOM - (BOTTOM - TOP) * value / highest;
    (0..).zip(values).map(|(i, value)| (x(i), y(*value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_fills_the_canvas() {
        assert_eq!(points(&[0, 5]), [(LEFT, BOTTOM), (RIGHT, TOP)]);
        assert_eq!(points(&[0, 0]), [(LEFT, BOTTOM), (RIGHT, BOTTOM)]);
        assert!(points(&[]).is_empty());
        assert_eq!(polyline(&points(&[1, 2])), "2.0,14.0 108.0,4.0");
    }
}

//! A sparkline: 24 hours in 110 by 30 units.

use leptos::prelude::*;

const LEFT: f64 = 2.0;
const RIGHT: f64 = 108.0;
const TOP: f64 = 4.0;
const BOTTOM: f64 = 24.0;

/// `id` names the gradient and must be unique on the page.
#[component]
pub fn Spark(id: &'static str, #[prop(into)] values: Signal<Vec<f64>>) -> impl IntoView {
    let line = Memo::new(move |_| values.with(|values| points(values)));
    let text =
        move || line.with(|points| points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" "));
    let area = move || format!("{LEFT},30 {} {RIGHT},30", text());
    let end = move || line.with(|points| points.last().map(|(x, y)| format!("M{x:.1} {y:.1}h0")));
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

/// The same without its ground, for a row of a table.
#[component]
pub fn MiniSpark(values: Vec<i64>) -> impl IntoView {
    let values: Vec<f64> = values.into_iter().map(|value| value as f64).collect();
    let text = points(&values).iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ");
    view! {
        <svg class="spark" data-mini="" viewBox="0 0 110 30" preserveAspectRatio="none" aria-hidden="true">
            <polyline points=text></polyline>
        </svg>
    }
}

/// Places on the canvas; all zeros lie flat at the bottom.
fn points(values: &[f64]) -> Vec<(f64, f64)> {
    let highest = values.iter().copied().fold(0.0, f64::max);
    let step = (RIGHT - LEFT) / (values.len().max(2) - 1) as f64;
    let height = |value: f64| if highest > 0.0 { value / highest } else { 0.0 };
    values
        .iter()
        .enumerate()
        .map(|(i, value)| (LEFT + i as f64 * step, BOTTOM - height(*value) * (BOTTOM - TOP)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_fills_the_canvas() {
        assert_eq!(points(&[0.0, 5.0]), [(LEFT, BOTTOM), (RIGHT, TOP)]);
        assert_eq!(points(&[0.0, 0.0]), [(LEFT, BOTTOM), (RIGHT, BOTTOM)]);
        assert!(points(&[]).is_empty());
    }
}

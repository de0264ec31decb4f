//! Swiping a row on a touch screen: to the right acknowledges, to the left resolves.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement};

use super::row_actions::changes_of;
use crate::types::{Alert, AlertChange};

/// Distance in CSS pixels from which a swipe counts.
const FAR: i32 = 88;

/// Maximum distance that a row follows the finger.
const MOST: i32 = 132;

/// What a swipe over this distance does; nothing if the row does not offer it.
fn change_of(offered: &[AlertChange], distance: i32) -> Option<AlertChange> {
    let change = if distance > 0 { AlertChange::Acknowledge } else { AlertChange::Resolve };
    if distance.abs() < FAR {
        return None;
    }
    offered.contains(&change).then_some(change)
}

/// The swipe in progress in a table.
#[derive(Clone, Copy)]
pub struct Swipe {
    alerts: RwSignal<Vec<Alert>>,
    /// Id of the alert, and where the finger went down.
    from: StoredValue<Option<(i64, i32)>>,
}

impl Swipe {
    /// Of the rows of these alerts.
    pub fn new(alerts: RwSignal<Vec<Alert>>) -> Self {
        Self { alerts, from: StoredValue::new(None) }
    }

    /// The finger goes down on a row.
    pub fn begin(self, event: &leptos::ev::PointerEvent) {
        let row = row_of(event).and_then(|row| row.get_attribute("data-id")?.parse().ok());
        self.from.set_value(row.filter(|_| event.pointer_type() == "touch").map(|id| (id, event.client_x())));
    }

    /// The finger moves: the row follows it, as far as there is something to do.
    pub fn go_on(self, event: &leptos::ev::PointerEvent) {
        let Some((id, x)) = self.from.get_value() else { return };
        let distance = (event.client_x() - x).clamp(-MOST, MOST);
        let offers = |far| self.change(id, far).is_some();
        let shown = if offers(distance.signum() * FAR) { distance } else { distance / 4 };
        show(event, shown, offers(distance));
    }

    /// The finger is lifted.
    pub fn end(self, event: &leptos::ev::PointerEvent) {
        let Some((id, x)) = self.from.get_value() else { return };
        self.cancel(event);
        if let Some(change) = self.change(id, event.client_x() - x) {
            crate::pages::alert::act(change, &[id]);
        }
    }

    /// The browser takes the gesture over, to scroll.
    pub fn cancel(self, event: &leptos::ev::PointerEvent) {
        show(event, 0, false);
        self.from.set_value(None);
    }

    fn change(self, id: i64, distance: i32) -> Option<AlertChange> {
        let offered = self.alerts.with_untracked(|alerts| alerts.iter().find(|alert| alert.id == id).map(changes_of));
        change_of(offered?, distance)
    }
}

fn row_of(event: &leptos::ev::PointerEvent) -> Option<HtmlElement> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest("tr[data-id]").ok()??.dyn_into().ok()
}

fn show(event: &leptos::ev::PointerEvent, distance: i32, is_enough: bool) {
    let Some(row) = row_of(event) else { return };
    let _shown = match distance {
        0 => row.style().remove_property("translate").map(drop),
        _ => row.style().set_property("translate", &format!("{distance}px 0")),
    };
    let _marked = row.toggle_attribute_with_force("data-enough", is_enough);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_swipe_does_nothing_and_a_long_one_what_is_offered() {
        let open = [AlertChange::Acknowledge, AlertChange::Resolve];
        assert_eq!(change_of(&open, FAR - 1), None);
        assert_eq!(change_of(&open, FAR), Some(AlertChange::Acknowledge));
        assert_eq!(change_of(&open, -FAR), Some(AlertChange::Resolve));
        assert_eq!(change_of(&open[1..], FAR), None);
        assert_eq!(change_of(&[AlertChange::Reopen], -FAR), None);
    }
}

//! Swiping a row on a touch screen: to the right acknowledges, or marks a notice as read, to the left resolves.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement};

use super::row_actions::changes_of;
use crate::types::{Alert, AlertChange, AlertKind};

/// Distance in CSS pixels from which a swipe counts.
const FAR: i32 = 88;

/// Maximum distance that a row follows the finger.
const MOST: i32 = 132;

/// The changes that a swipe to the right and to the left makes; `None` where the alert's state allows none.
pub fn offers(alert: &Alert) -> (Option<AlertChange>, Option<AlertChange>) {
    if alert.kind == AlertKind::Notice {
        return ((!alert.is_read).then_some(AlertChange::Read), None);
    }
    let offered = |change| changes_of(alert).contains(&change).then_some(change);
    (offered(AlertChange::Acknowledge), offered(AlertChange::Resolve))
}

/// The label that appears beside the row; empty if a swipe does nothing.
pub fn label(change: Option<AlertChange>) -> &'static str {
    match change {
        Some(AlertChange::Acknowledge) => "Acknowledge",
        Some(AlertChange::Resolve) => "Resolve",
        Some(_) => "Mark as read",
        None => "",
    }
}

/// What a swipe over this distance does.
fn change_of((right, left): (Option<AlertChange>, Option<AlertChange>), distance: i32) -> Option<AlertChange> {
    if distance.abs() < FAR {
        return None;
    }
    if distance > 0 { right } else { left }
}

/// The swipe in progress in a table.
#[derive(Clone, Copy)]
pub struct Swipe {
    alerts: RwSignal<Vec<Alert>>,
    can_change: bool,
    /// Id of the alert, and where the finger went down.
    from: StoredValue<Option<(i64, i32)>>,
}

impl Swipe {
    /// Of the rows of these alerts; viewers swipe nothing.
    pub fn new(alerts: RwSignal<Vec<Alert>>, can_change: bool) -> Self {
        Self { alerts, can_change, from: StoredValue::new(None) }
    }

    /// The finger goes down on a row.
    pub fn begin(self, event: &leptos::ev::PointerEvent) {
        let row = row_of(event).and_then(|row| row.get_attribute("data-id")?.parse().ok());
        self.from.set_value(
            row.filter(|_| self.can_change && event.pointer_type() == "touch").map(|id| (id, event.client_x())),
        );
    }

    /// The finger moves: the row follows it, as far as there is something to do.
    pub fn go_on(self, event: &leptos::ev::PointerEvent) {
        let Some((id, x)) = self.from.get_value() else { return };
        let distance = (event.client_x() - x).clamp(-MOST, MOST);
        let does = |far| self.change(id, far).is_some();
        let shown = if does(distance.signum() * FAR) { distance } else { distance / 4 };
        show(event, shown, does(distance));
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
        let offered = self.alerts.with_untracked(|alerts| alerts.iter().find(|alert| alert.id == id).map(offers));
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
        let open = (Some(AlertChange::Acknowledge), Some(AlertChange::Resolve));
        assert_eq!(change_of(open, FAR - 1), None);
        assert_eq!(change_of(open, FAR), Some(AlertChange::Acknowledge));
        assert_eq!(change_of(open, -FAR), Some(AlertChange::Resolve));
        assert_eq!(change_of((None, open.1), FAR), None);
        assert_eq!(change_of((None, None), -FAR), None);
    }
}

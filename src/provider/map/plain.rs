//! Fallback drafts that are made without templates.

use app::types::Severity;
use serde_json::Map;

use super::{Action, Delivery, Draft, Kind, MAX_TITLE, clean_line};

/// A title from event type and source.
pub fn title(delivery: &Delivery<'_>) -> String {
    clean_line(&format!("{} from {}", delivery.event_type, delivery.source), MAX_TITLE)
}

/// A draft that reports how many elements were left out when the fuel ran out.
pub fn left_out(delivery: &Delivery<'_>, count: usize) -> Draft {
    let reason = format!("{count} more items in one delivery were omitted");
    Draft {
        severity: Severity::Warning,
        kind: Kind::Problem,
        title: clean_line(&format!("{count} more from {}", delivery.source), MAX_TITLE),
        ..unreadable(delivery, &reason)
    }
}

/// The draft for a body that is not JSON.
pub fn unreadable(delivery: &Delivery<'_>, reason: &str) -> Draft {
    Draft {
        action: Action::Open,
        title: clean_line(&format!("{} from {} could not be read", delivery.event_type, delivery.source), MAX_TITLE),
        message: reason.to_owned(),
        severity: Severity::Info,
        kind: Kind::Notice,
        metadata: Map::new(),
        key: None,
        at: None,
        rule: None,
        fallback: Some(reason.to_owned()),
    }
}

//! Fallback drafts that are made without templates.

use app::types::Severity;
use serde_json::Map;

use super::{Action, Delivery, Draft, Kind, MAX_MESSAGE, MAX_TITLE, clean_line, clean_text};

/// A title from event type and source.
pub fn title(delivery: &Delivery<'_>) -> String {
    clean_line(&format!("{} from {}", delivery.event_type, delivery.source), MAX_TITLE)
}

/// A draft that reports how many elements were left out when the fuel ran out.
pub fn left_out(delivery: &Delivery<'_>, count: usize) -> Draft {
    let reason = format!("{count} more items in one delivery were omitted");
    Draft { title: clean_line(&format!("{count} more from {}", delivery.source), MAX_TITLE), ..fallback(&reason) }
}

/// The draft for a body that is not JSON, if the pack does not accept text. The source's setting `unreadable` is its severity.
pub fn unreadable(delivery: &Delivery<'_>, text: &str, reason: &str) -> Draft {
    let severity = delivery.settings.get("unreadable").and_then(|word| word.parse().ok()).unwrap_or(Severity::Warning);
    let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("an empty body");
    Draft {
        title: clean_line(&format!("Could not be read: {first}"), MAX_TITLE),
        message: clean_text(text, MAX_MESSAGE),
        kind: Kind::of(None, severity),
        severity,
        ..fallback(reason)
    }
}

/// Text for people: what is between the tags of XML and HTML, other text as it is.
pub fn text(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    if !text.trim_start().starts_with('<') {
        return text.into_owned();
    }
    let pieces = text.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, content)| content.trim());
    pieces.filter(|content| !content.is_empty()).collect::<Vec<_>>().join("\n")
}

fn fallback(reason: &str) -> Draft {
    Draft {
        action: Action::Open,
        title: String::new(),
        message: reason.to_owned(),
        severity: Severity::Warning,
        kind: Kind::Problem,
        metadata: Map::new(),
        key: None,
        at: None,
        rule: None,
        fallback: Some(reason.to_owned()),
    }
}

//! Messages in the formats of Slack's and Discord's incoming webhooks, which many tools send.

use app::types::Severity;
use minijinja::Value;

use super::find::{at, scalar};

/// Text of the message, then of all attachments, embeds and blocks.
pub fn text(body: &Value) -> Option<String> {
    let parts = ["attachments", "embeds", "blocks"].into_iter().flat_map(|name| list(body, name));
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        lines.extend(lines_of(&part));
    }
    if lines.is_empty() {
        return None;
    }
    let own = ["text", "content"].into_iter().find_map(|name| scalar(&at(body, name)?, &[]));
    lines.splice(0..0, own);
    lines.dedup();
    Some(lines.join("\n"))
}

/// The color of the first attachment that has one of Slack's names for it.
pub fn severity(body: &Value) -> Option<Severity> {
    list(body, "attachments").iter().find_map(|part| match scalar(&at(part, "color")?, &[])?.as_str() {
        "danger" => Some(Severity::Error),
        "warning" => Some(Severity::Warning),
        "good" => Some(Severity::Info),
        _ => None,
    })
}

fn list(body: &Value, name: &str) -> Vec<Value> {
    at(body, name).and_then(|list| list.try_iter().ok().map(Iterator::collect)).unwrap_or_default()
}

fn lines_of(part: &Value) -> Vec<String> {
    let own =
        ["pretext", "title", "description", "text"].into_iter().filter_map(|name| scalar(&at(part, name)?, &["text"]));
    let mut lines: Vec<String> = own.collect();
    if lines.is_empty() {
        lines.extend(at(part, "fallback").and_then(|text| scalar(&text, &[])));
    }
    for field in list(part, "fields") {
        let of = |names: [&str; 2]| names.into_iter().find_map(|name| scalar(&at(&field, name)?, &[]));
        match (of(["title", "name"]), of(["value", "text"])) {
            (Some(name), Some(value)) => lines.push(format!("{name}: {value}")),
            (one, other) => lines.extend(one.or(other)),
        }
    }
    lines
}

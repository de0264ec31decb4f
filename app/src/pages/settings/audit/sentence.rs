//! Audit log entries as sentences.

use serde_json::Value;

use crate::types::AuditRow;
use crate::ui::text::{counted, visible};

/// Who did what, such as `ada@example.com resolved 3 alerts`.
pub fn sentence(row: &AuditRow) -> String {
    format!("{} {}", actor(&row.actor), predicate(row))
}

/// A user's email as it is; others by what they are.
fn actor(name: &str) -> String {
    match name.split_once(':') {
        Some(("token", token)) => format!("The token {}", visible(token)),
        Some(("telegram", who)) => format!("{} (Telegram)", visible(who.split_once(' ').map_or(who, |(_, name)| name))),
        _ if name == "command" => "The command line".to_owned(),
        _ if name == "unknown" => "Someone".to_owned(),
        _ => visible(name),
    }
}

fn predicate(row: &AuditRow) -> String {
    let (noun, verb) = row.action.split_once('.').unwrap_or((&row.action, ""));
    let subject = visible(&row.subject);
    match (noun, verb) {
        ("alert", verb) => format!("{}{}", of_alerts(verb, &row.detail), matching(&row.detail["filter"])),
        ("event", "replay") => {
            format!("reprocessed {}{}", count(&row.detail, "event"), matching(&row.detail["filter"]))
        }
        ("quarantine", "retry") => format!("verified {} again", count(&row.detail, "rejected request")),
        ("notification", "retry") => format!("sent notification {subject} again"),
        ("notification", "retry_untold") => format!("sent the notifications of {} again", count(&row.detail, "alert")),
        ("retention", _) => "changed how long data is kept".to_owned(),
        ("user", verb) => of_user(verb, &subject, &row.detail),
        ("source", "test") => format!("sent a test event to the source {subject}"),
        ("source", "rotate") => format!("rotated the secret of the source {subject}"),
        ("channel", "test") => format!("sent a test message to the channel {subject}"),
        ("channel", "mute") if row.detail["muted_until"].is_null() => format!("unmuted the channel {subject}"),
        ("token", "create") => format!("created the {} token {subject}", visible(&text(&row.detail["role"]))),
        ("source" | "channel" | "token", verb) => format!("{} the {noun} {subject}", past(verb)),
        _ => format!("{} {subject}", row.action),
    }
}

fn of_alerts(verb: &str, detail: &Value) -> String {
    let alerts = count(detail, "alert");
    match verb {
        "read" | "unread" => format!("marked {alerts} as {verb}"),
        "assign" if detail["assignee"].is_null() => format!("unassigned {alerts}"),
        "assign" => format!("assigned {alerts} to {}", visible(&text(&detail["assignee"]))),
        verb => match verb.strip_prefix("undo_") {
            Some(change) => format!("undid {change} on {alerts}"),
            None => format!("{} {alerts}", past(verb)),
        },
    }
}

fn of_user(verb: &str, subject: &str, detail: &Value) -> String {
    match verb {
        "sign_in" => "signed in".to_owned(),
        "sign_in_failed" => format!("failed to sign in as {subject}"),
        "sign_out" => "signed out".to_owned(),
        "set_up" => "set up the first account".to_owned(),
        "password" => "changed their password".to_owned(),
        "create" => format!("added the user {subject} as {}", visible(&text(&detail["role"]))),
        verb => format!("{} the user {subject}", past(verb)),
    }
}

fn past(verb: &str) -> String {
    match verb {
        "create" => "added".to_owned(),
        "update" => "changed".to_owned(),
        "remove" | "delete" => "deleted".to_owned(),
        verb if verb.ends_with('e') => format!("{verb}d"),
        verb => format!("{verb}ed"),
    }
}

/// `3 alerts`; `alerts` if the entry does not say how many.
fn count(detail: &Value, noun: &str) -> String {
    detail["count"].as_i64().map_or_else(|| format!("{noun}s"), |n| counted(n, noun))
}

/// ` matching severity critical, source github`; nothing without a filter.
fn matching(filter: &Value) -> String {
    let Some(filter) = filter.as_object() else { return String::new() };
    let shown = filter.iter().filter(|(key, _)| *key != "up_to");
    let parts: Vec<String> = shown.map(|(key, value)| format!("{key} {}", visible(&text(value)))).collect();
    if parts.is_empty() { String::new() } else { format!(" matching {}", parts.join(", ")) }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(action: &str, subject: &str, detail: Value) -> String {
        let (actor, action, subject) = ("ada".to_owned(), action.to_owned(), subject.to_owned());
        sentence(&AuditRow { id: 1, actor, action, subject, detail, created_at: 0 })
    }

    #[test]
    fn entries_read_as_sentences() {
        let filter = json!({ "count": 20_599, "filter": { "severity": "critical,error", "q": "disk", "up_to": 9 } });
        let cases = [
            ("alert.resolve", "alerts", json!({ "count": 1 }), "ada resolved 1 alert"),
            ("alert.mute", "alerts", json!({ "count": 2 }), "ada muted 2 alerts"),
            ("alert.read", "alerts", json!({ "count": 3 }), "ada marked 3 alerts as read"),
            ("alert.undo_acknowledge", "alerts", json!({ "count": 3 }), "ada undid acknowledge on 3 alerts"),
            ("alert.assign", "alerts", json!({ "count": 1, "assignee": "bob" }), "ada assigned 1 alert to bob"),
            ("alert.assign", "alerts", json!({ "count": 1, "assignee": null }), "ada unassigned 1 alert"),
            ("user.create", "bob", json!({ "role": "viewer" }), "ada added the user bob as viewer"),
            ("user.sign_in", "ada", Value::Null, "ada signed in"),
            ("source.remove", "github", Value::Null, "ada deleted the source github"),
            ("channel.mute", "Room", json!({ "muted_until": null }), "ada unmuted the channel Room"),
            ("token.create", "ci", json!({ "role": "admin" }), "ada created the admin token ci"),
            ("token.revoke", "ci", Value::Null, "ada revoked the token ci"),
            ("retention.set", "retention", Value::Null, "ada changed how long data is kept"),
            ("something.new", "x", Value::Null, "ada something.new x"),
        ];
        for (action, subject, detail, expected) in cases {
            assert_eq!(said(action, subject, detail), expected);
        }
        assert_eq!(actor("token:ci"), "The token ci");
        assert_eq!(actor("telegram:7 Ada"), "Ada (Telegram)");
        assert_eq!(actor("command"), "The command line");
        let bulk = said("alert.resolve", "alerts", filter);
        assert!(bulk.starts_with("ada resolved 20,599 alerts matching "), "{bulk}");
        assert!(
            bulk.contains("severity critical,error") && bulk.contains("q disk") && !bulk.contains("up_to"),
            "{bulk}"
        );
    }
}

use minijinja::Value;

use super::{Usual, explain};

/// Title, severity, state and key of a payload.
fn read(kind: &str, json: &str) -> (String, String, &'static str, String) {
    let body: Value = serde_json::from_str(json).unwrap();
    let usual = Usual::new(&body, kind, Value::UNDEFINED);
    (usual.title("A source"), usual.severity().to_string(), usual.state_word(), usual.key().unwrap_or_default())
}

fn expect(kind: &str, json: &str, expected: [&str; 4]) {
    let (title, severity, state, key) = read(kind, json);
    assert_eq!([title.as_str(), &severity, state, &key], expected, "{json}");
}

#[test]
fn an_unknown_sender_opens_and_closes() {
    let down = r#"{"monitor":{"id":17,"name":"shop"},"status":"DOWN","msg":"connection refused"}"#;
    expect("unknown", down, ["shop: connection refused", "error", "firing", "17"]);
    let up = r#"{"monitor":{"id":17,"name":"shop"},"status":"up","msg":"shop answers again"}"#;
    expect("unknown", up, ["shop answers again", "info", "resolved", "17"]);
    expect("check.failed", r#"{"check":"disk","host":"db-1"}"#, ["disk on db-1", "warning", "firing", "disk@db-1"]);
    expect("check.recovered", r#"{"check":"disk","host":"db-1"}"#, ["disk on db-1", "info", "resolved", "disk@db-1"]);
    expect(
        "unknown",
        r#"{"alert":{"name":"CPU","state":"alerting","severity":"SEV0"}}"#,
        ["CPU: alerting", "critical", "firing", "CPU"],
    );
}

#[test]
fn what_is_no_problem_has_no_key() {
    expect(
        "push",
        r#"{"repository":"test-repo","pusher":{"name":"john"},"commits":5}"#,
        ["Push by john to test-repo", "info", "", ""],
    );
    expect("unknown", r#"{"data":{"title":"Backup done","level":"notice"}}"#, ["Backup done", "info", "", ""]);
    expect("unknown", "{}", ["Event from A source", "info", "", ""]);
    expect("unknown", "[1]", ["Event from A source", "info", "", ""]);
    expect("unknown", "\"Disk full\\non db-1\"", ["Disk full", "info", "", ""]);
    expect("unknown", "\"Backup FAILED: db-1\"", ["Backup FAILED: db-1", "warning", "", ""]);
}

#[test]
fn messages_for_chats_are_read() {
    let slack = r#"{"text":"Deploy","attachments":[{"color":"danger","title":"Build failed","fields":[{"title":"Branch","value":"main"}]}]}"#;
    expect("unknown", slack, ["Deploy", "error", "", ""]);
    let body: Value = serde_json::from_str(slack).unwrap();
    assert_eq!(Usual::new(&body, "unknown", Value::UNDEFINED).message(), "Build failed\nBranch: main");
    let blocks = r#"{"blocks":[{"type":"header","text":{"type":"plain_text","text":"Disk full"}},{"type":"section","fields":[{"type":"mrkdwn","text":"on db-1"}]}]}"#;
    expect("unknown", blocks, ["Disk full", "info", "", ""]);
    expect("unknown", r#"{"embeds":[{"title":"Down","description":"shop"}]}"#, ["Down", "info", "", ""]);
}

#[test]
fn fields_are_the_message_where_there_is_no_text() {
    let body: Value =
        serde_json::from_str(r#"{"event":"x","count":3,"ok":true,"none":null,"list":[1],"long":""}"#).unwrap();
    assert_eq!(Usual::new(&body, "x", Value::UNDEFINED).message(), "event: x\ncount: 3\nok: true");
}

#[test]
fn the_text_behind_a_title_is_the_message() {
    let body: Value = serde_json::from_str(r#"{"title":"Disk full","message":"14 GB left"}"#).unwrap();
    assert_eq!(Usual::new(&body, "x", Value::UNDEFINED).message(), "14 GB left");
    let body: Value = serde_json::from_str(r#"{"message":"Deployed\n3 commits"}"#).unwrap();
    assert_eq!(
        (Usual::new(&body, "x", Value::UNDEFINED).title("s"), Usual::new(&body, "x", Value::UNDEFINED).message()),
        ("Deployed".into(), "3 commits".into())
    );
}

#[test]
fn chosen_fields_come_first() {
    let body: Value = serde_json::from_str(
        r#"{"title":"Weekly","text":"all","check":{"what":"disk","prio":"P1","now":"recovered","no":7}}"#,
    )
    .unwrap();
    let settings = [
        ("title_field", "$.check.what"),
        ("severity_field", "$.check.prio"),
        ("state_field", "$.check.now"),
        ("key_field", "$.check.no"),
        ("message_field", "$.gone"),
    ];
    let usual = Usual::new(&body, "x", Value::from_pairs(settings));
    assert_eq!((usual.title("s"), usual.severity().to_string()), ("disk".into(), "critical".into()));
    assert_eq!((usual.state_word(), usual.key()), ("resolved", Some("7".into())));
    // What a payload does not have is looked for as usual.
    assert_eq!(usual.message(), "all");
}

#[test]
fn every_part_says_where_it_was_found() {
    let body: Value =
        serde_json::from_str(r#"{"monitor":{"id":17,"name":"shop"},"status":"DOWN","msg":"connection refused"}"#)
            .unwrap();
    let parts = explain(&body, "unknown", Value::UNDEFINED);
    let paths: Vec<String> = parts.iter().map(|part| part.paths.join(" ")).collect();
    assert_eq!(paths, ["$.monitor.name $.msg", "$.msg", "$.status", "$.status", "$.monitor.id"]);
    let named: Value = serde_json::from_str(r#"{"monitor":{"name":null,"title":"shop"},"status":"down"}"#).unwrap();
    assert_eq!(explain(&named, "unknown", Value::UNDEFINED)[0].paths, ["$.monitor.title"], "where the text stands");
    let composed = explain(&Value::from(vec![1]), "push", Value::UNDEFINED);
    assert!(composed.iter().all(|part| part.paths.is_empty() && part.text.is_empty()));
}

//! Golden tests: maps every sample of every pack and compares the result with the expected alert.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::catalog::{Catalog, samples};
use super::{Action, Delivery, Draft};

/// Loaded once: it compiles some thousands of templates.
static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let (catalog, complaints) = Catalog::load(None);
    assert!(complaints.is_empty(), "{complaints:?}");
    catalog
});

/// 2 December 2026, noon.
const RECEIVED: i64 = 1_796_212_800_000;

fn map(provider: &str, event_type: &str, content_type: &str, payload: &[u8]) -> (Vec<Draft>, Option<String>) {
    let settings = BTreeMap::new();
    CATALOG.find(provider).unwrap().mapper.map(&Delivery {
        event_type,
        content_type,
        payload,
        source: "A source",
        settings: &settings,
        received: RECEIVED,
    })
}

#[test]
fn samples_become_the_alerts_they_are_known_for() {
    for (provider, event_type, payload) in samples() {
        let (drafts, unreadable) = map(&provider, &event_type, "application/json", &payload);
        assert_eq!(unreadable, None);
        let shown = drafts.iter().map(Draft::to_string).collect::<Vec<_>>().join("\n---\n");
        insta::assert_snapshot!(format!("{provider}.{event_type}"), shown);
    }
}

#[test]
fn the_specification_s_own_curl_has_a_good_title() {
    let body = br#"{"event": "push", "repository": "test-repo", "pusher": {"name": "john"}, "commits": 5}"#;
    for provider in ["github", "generic"] {
        let (drafts, _) = map(provider, "push", "application/json", body);
        assert_eq!(drafts[0].title, "Push by john to test-repo", "{provider}");
        assert_eq!(drafts[0].fallback, None);
    }
}

#[test]
fn no_payload_is_without_an_alert() {
    let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
    let hostile: [&[u8]; 12] = [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\"text\"",
        b"5",
        b"1e400",
        b"{\"a\":",
        b"\xff\xfe",
        br#"{"repository":"\u0000"}"#,
        br#"{"type":{"x":[1]},"data":{"object":"none"},"commits":{"length":"x"}}"#,
        &deep,
    ];
    let (catalog, _) = Catalog::load(None);
    let settings = BTreeMap::new();
    for pack in catalog.iter() {
        let provider = &pack.id;
        for payload in hostile {
            let content_type = "application/json";
            let delivery = Delivery {
                event_type: "push",
                content_type,
                payload,
                source: "A source",
                settings: &settings,
                received: RECEIVED,
            };
            let (drafts, _) = pack.mapper.map(&delivery);
            assert_eq!(drafts.len(), 1);
            assert!(!drafts[0].title.is_empty(), "{provider}: {payload:?}");
            assert!(!drafts[0].title.contains('\0'));
        }
    }
}

#[test]
fn a_delivery_of_many_becomes_an_alert_for_each() {
    let body = br#"{"status":"firing","alerts":[
        {"status":"firing","labels":{"alertname":"DiskFull","severity":"critical"},"fingerprint":"a"},
        {"status":"resolved","labels":{"alertname":"HighLoad"},"annotations":{"summary":"Load is high"},"fingerprint":"b"}]}"#;
    let (drafts, _) = map("alertmanager", "firing", "application/json", body);
    let shown: Vec<_> =
        drafts.iter().map(|d| (d.action, d.title.as_str(), d.severity.as_str(), d.key.as_deref())).collect();
    let expected = [
        (Action::Open, "DiskFull", "critical", Some("a")),
        (Action::Resolve, "Resolved: Load is high", "warning", Some("b")),
    ];
    assert_eq!(shown, expected);
    let many = format!(r#"{{"alerts":[{}]}}"#, vec!["{}"; 1_001].join(","));
    let (drafts, _) = map("alertmanager", "firing", "application/json", many.as_bytes());
    assert_eq!((drafts.len(), drafts[1_000].title.as_str()), (1_001, "Alertmanager notification"));
}

#[test]
fn what_cannot_be_read_says_so() {
    let (drafts, unreadable) = map("github", "push", "application/json", b"not json");
    assert_eq!(drafts[0].title, "Could not be read: not json");
    assert_eq!((drafts[0].message.as_str(), drafts[0].severity), ("not json", app::types::Severity::Warning));
    assert!(unreadable.unwrap().contains("not readable JSON"));
}

#[test]
fn a_form_is_read_like_json() {
    let form = b"payload=%7B%22repository%22%3A%22test-repo%22%2C%22pusher%22%3A%7B%22name%22%3A%22john%22%7D%7D";
    let (drafts, _) = map("github", "push", "application/x-www-form-urlencoded", form);
    assert_eq!(drafts[0].title, "Push by john to test-repo");
}

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use super::projection::{Projection, paths as mentioned};
use super::{Delivery, Fields, Mapper, json_text};
use crate::provider::catalog::{Catalog, samples};
use crate::provider::pack::Pack;

fn map(title: &str, elements: usize) -> Vec<super::Draft> {
    let fields = Fields { title: Some(title.to_owned()), ..Fields::default() };
    let mapper = Mapper::compile(&fields, &[], None, Some("/list".to_owned()), Default::default()).unwrap();
    let body = json!({ "list": vec![json!({}); elements] }).to_string();
    let settings = BTreeMap::new();
    let (event_type, content_type) = ("many", "application/json");
    let delivery = Delivery {
        event_type,
        content_type,
        payload: body.as_bytes(),
        source: "a source",
        settings: &settings,
        received: 0,
    };
    mapper.map(&delivery).0
}

#[test]
fn what_is_too_much_for_one_delivery_is_left_out_and_counted() {
    let drafts = map("{% for i in range(30000) %}{% endfor %}slow", 100);
    assert!((2..50).contains(&drafts.len()), "{}", drafts.len());
    assert!(drafts[0].title == "slow" && drafts[0].fallback.is_none());
    let left_out = format!("{} more from a source", 100 - (drafts.len() - 1));
    assert_eq!(drafts.last().unwrap().title, left_out);
    assert_eq!(map("quick", 100).len(), 100);
}

#[test]
fn a_template_that_never_ends_counts_whole() {
    let drafts = map("{% for i in range(10000) %}{% for i in range(10000) %}{% endfor %}{% endfor %}", 100);
    assert!(drafts[0].fallback.as_ref().is_some_and(|why| why.contains("fuel")), "{:?}", drafts[0].fallback);
    assert_eq!(drafts.len(), 6, "five of them use it up");
}

/// As if the whole body had been parsed.
fn of_whole(mapper: &Mapper, delivery: &Delivery<'_>) -> Option<Vec<super::Draft>> {
    Some(mapper.drafts(delivery, serde_json::from_slice(&json_text(delivery.content_type, delivery.payload)).ok()?))
}

/// Asserts that what the templates of a pack cannot read makes no difference.
fn compare(pack: &Pack, event_type: &str, payload: &[u8]) {
    let settings = BTreeMap::new();
    let content_type = "application/json";
    let delivery = Delivery { event_type, content_type, payload, source: "a source", settings: &settings, received: 0 };
    let (drafts, unreadable) = pack.mapper.map(&delivery);
    let text = String::from_utf8_lossy(payload);
    assert_eq!(unreadable.is_none().then_some(drafts), of_whole(&pack.mapper, &delivery), "{}: {text}", pack.id);
}

#[test]
fn a_projection_of_a_sample_maps_like_the_whole() {
    let (catalog, _) = Catalog::load(None);
    for (provider, event_type, payload) in samples() {
        for id in [provider.as_str(), "alertmanager", "generic", "github", "slack-format"] {
            compare(catalog.find(id).unwrap(), &event_type, &payload);
        }
    }
}

#[test]
fn a_projection_of_a_damaged_sample_maps_like_the_whole() {
    let (catalog, _) = Catalog::load(None);
    let mut rng = StdRng::seed_from_u64(17);
    for (provider, event_type, payload) in samples() {
        let pack = catalog.find(&provider).unwrap();
        for _ in 0..3 {
            let mut body: Value = serde_json::from_slice(&payload).unwrap();
            (0..4).for_each(|_| damage(&mut body, &mut rng));
            compare(pack, &event_type, body.to_string().as_bytes());
            let cut = rng.random_range(0..payload.len());
            compare(pack, &event_type, &payload[..cut]);
        }
    }
}

/// Replaces a random value of the tree.
fn damage(value: &mut Value, rng: &mut StdRng) {
    let others =
        [json!(null), json!(7), json!(-1.5), json!("text"), json!([]), json!([{"id": 1}, "x"]), json!({}), json!(true)];
    let goes_on = rng.random_bool(0.8);
    match value {
        Value::Object(map) if goes_on && !map.is_empty() => {
            let at = rng.random_range(0..map.len());
            map.values_mut().nth(at).into_iter().for_each(|value| damage(value, rng));
        }
        Value::Array(list) if goes_on && !list.is_empty() => {
            let at = rng.random_range(0..list.len());
            damage(&mut list[at], rng);
        }
        value => *value = others[rng.random_range(0..others.len())].clone(),
    }
}

#[test]
fn a_template_is_read_for_what_it_can_ask() {
    let paths = |template| {
        let mut paths: Vec<_> = mentioned(template, "body").map(|path| path.join(".")).collect();
        paths.sort();
        paths
    };
    assert_eq!(paths("{{ body.a.b or body . c }} {{ body.d[0].e }}{{ body.sha[:7] }}"), ["a.b", "c", "d", "sha"]);
    assert_eq!(paths("{% set x = body %}{{ x.a }}"), [""]);
    assert_eq!(paths("{{ body['a'] }}{% for body in body.list %}{{ body.b }}{% endfor %}"), ["", "", "b", "list"]);
    assert_eq!(paths("{{ item.body.a ~ somebody.b ~ body_c ~ nobody }}"), [] as [&str; 0]);
}

#[test]
fn what_no_template_reads_must_be_json_all_the_same() {
    let read = Projection::new(["{{ body.a.b }}"], "body");
    let parse = |text: &str| read.parse(text.as_bytes()).map(|value| value.to_string()).ok();
    assert_eq!(parse(r#"{"a":{"b":1,"c":2},"d":{"a":{"b":3}},"a":{"b":4}}"#).as_deref(), Some("{'a': {'b': 4}}"));
    assert_eq!(parse(r#"{"a":["x",{"c":1}],"d":null}"#).as_deref(), Some("{'a': ['x', {'c': 1}]}"));
    let deep = format!(r#"{{"d":{}{}}}"#, "[".repeat(200), "]".repeat(200));
    for text in [r#"{"d":1e999}"#, r#"{"d":"\ud800"}"#, r#"{"d":01}"#, r#"{"d":1}x"#, r#"{"d":}"#, &deep] {
        assert_eq!(parse(text), None, "{text}");
    }
}

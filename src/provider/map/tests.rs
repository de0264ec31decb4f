use std::collections::BTreeMap;

use serde_json::json;

use super::{Delivery, Fields, Mapper};

fn map(title: &str, elements: usize) -> Vec<super::Draft> {
    let fields = Fields { title: Some(title.to_owned()), ..Fields::default() };
    let mapper = Mapper::compile(&fields, &[], None, Some("/list".to_owned()), Default::default()).unwrap();
    let body = json!({ "list": vec![json!({}); elements] }).to_string();
    let settings = BTreeMap::new();
    let (event_type, content_type) = ("many", "application/json");
    let delivery =
        Delivery { event_type, content_type, payload: body.as_bytes(), source: "a source", settings: &settings };
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

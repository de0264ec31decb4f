use serde::Deserialize;

use super::text;
use crate::Error;
use crate::types::Severity;

#[derive(Debug, Default, PartialEq, Deserialize)]
struct Part {
    id: i64,
    #[serde(default)]
    word: Option<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Whole {
    #[serde(flatten)]
    part: Part,
    ratio: f64,
    parts: Vec<Part>,
    pair: (u8, bool),
    severity: Severity,
    any: serde_json::Value,
}

#[test]
fn every_kind_of_type_is_read() {
    let read = text::<Whole>(
        r#"{"id":-7,"new":[1],"word":null,"ratio":2,"parts":[{"id":1,"word":"a"},{"id":2}],
            "pair":[3,true],"severity":"critical","any":{"b":[1.5,null]}}"#,
    );
    let parts = vec![Part { id: 1, word: Some("a".to_owned()) }, Part { id: 2, word: None }];
    let part = Part { id: -7, word: None };
    let any = serde_json::json!({"b": [1.5, null]});
    let whole = Whole { part, ratio: 2.0, parts, pair: (3, true), severity: Severity::Critical, any };
    assert_eq!(read.ok(), Some(whole));
}

#[test]
fn enums_are_read_with_and_without_content() {
    assert_eq!(text::<Error>(r#""Unauthorized""#).ok(), Some(Error::Unauthorized));
    assert_eq!(text::<Error>(r#"{"BadRequest":"why"}"#).ok(), Some(Error::BadRequest("why".to_owned())));
    assert_eq!(text::<Error>(r#"{"TooManyAttempts":{"seconds":3}}"#).ok(), Some(Error::TooManyAttempts { seconds: 3 }));
}

#[test]
fn what_does_not_fit_is_an_error() {
    for wrong in [r#"{"id":"7"}"#, r#"{"word":"a"}"#, "[1]", "7", "", r#"{"id":1}}"#, r#"{"id":1.5}"#] {
        assert!(text::<Part>(wrong).is_err(), "{wrong}");
    }
    for wrong in
        [r#""Nothing""#, r#"{"BadRequest":"a","Unauthorized":null}"#, r#""BadRequest""#, r#"{"Unauthorized":1}"#]
    {
        assert!(text::<Error>(wrong).is_err(), "{wrong}");
    }
}

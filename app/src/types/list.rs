//! A query parameter with several values: `severity=critical,error`.

use std::fmt::Display;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Maximum number of values. No filter has that many, and it bounds the size of the query.
const MOST_WORDS: usize = 32;

/// A list that is one comma-separated value in a query string; empty does not filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T>(pub Vec<T>);

impl<T> List<T> {
    /// Whether it does not filter.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Display> Display for List<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<String> = self.0.iter().map(T::to_string).collect();
        f.write_str(&words.join(","))
    }
}

impl<T: FromStr<Err = String> + PartialEq> FromStr for List<T> {
    type Err = String;
    fn from_str(words: &str) -> Result<Self, String> {
        let mut list = Vec::new();
        for word in words.split(',').filter(|word| !word.is_empty()) {
            let value = word.parse()?;
            if !list.contains(&value) {
                list.push(value);
            }
            if list.len() > MOST_WORDS {
                return Err(format!("takes at most {MOST_WORDS} words"));
            }
        }
        Ok(Self(list))
    }
}

impl<T: Display> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T: FromStr<Err = String> + PartialEq> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "ssr")]
impl<T> schemars::JsonSchema for List<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "List".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "Comma-separated words" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Severity;

    #[test]
    fn a_list_holds_each_word_once_and_not_too_many() {
        let many = "info,".repeat(40_000);
        assert_eq!(many.parse(), Ok(List(vec![Severity::Info])));
        let ids: String = (0..40).map(|n| format!("{n},")).collect();
        assert!(ids.parse::<List<Word>>().is_err());
    }

    #[derive(Debug, PartialEq)]
    struct Word(String);

    impl FromStr for Word {
        type Err = String;
        fn from_str(text: &str) -> Result<Self, String> {
            Ok(Self(text.to_owned()))
        }
    }
}

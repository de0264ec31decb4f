//! Extracts a few scalars from JSON text in one streaming pass, without building a value tree, to keep ingest fast.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The scalars at the given JSON pointers (RFC 6901, without `~` escapes). Invalid JSON yields what was found before the
/// error. Recursion is bounded by the depth of the pointers, not by that of the text.
pub fn scan(json: &[u8], pointers: &[&str]) -> Vec<Option<String>> {
    let mut found = vec![None; pointers.len()];
    let wanted: Vec<Want<'_>> =
        pointers.iter().enumerate().filter_map(|(i, p)| Some((i, p.strip_prefix('/')?))).collect();
    if !wanted.is_empty() {
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        let _partial_is_fine = Node { wanted: &wanted, found: &mut found }.deserialize(&mut deserializer);
    }
    found
}

/// An index into the results, and the remaining path.
type Want<'a> = (usize, &'a str);

/// A value that some pointers lead into.
struct Node<'a, 'f> {
    wanted: &'a [Want<'a>],
    found: &'f mut Vec<Option<String>>,
}

impl Node<'_, '_> {
    fn keep(&mut self, text: impl ToString) {
        for (index, rest) in self.wanted {
            if rest.is_empty() {
                self.found[*index] = Some(text.to_string());
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_str<E: Error>(mut self, value: &str) -> Result<(), E> {
        self.keep(value);
        Ok(())
    }

    fn visit_i64<E: Error>(mut self, value: i64) -> Result<(), E> {
        self.keep(value);
        Ok(())
    }

    fn visit_u64<E: Error>(mut self, value: u64) -> Result<(), E> {
        self.keep(value);
        Ok(())
    }

    fn visit_f64<E: Error>(mut self, value: f64) -> Result<(), E> {
        self.keep(value);
        Ok(())
    }

    fn visit_bool<E: Error>(mut self, value: bool) -> Result<(), E> {
        self.keep(value);
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        for index in 0.. {
            let below = step(self.wanted, &index.to_string());
            let is_there = if below.is_empty() {
                items.next_element::<IgnoredAny>()?.is_some()
            } else {
                items.next_element_seed(Node { wanted: &below, found: self.found })?.is_some()
            };
            if !is_there {
                break;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some(key) = entries.next_key::<std::borrow::Cow<'de, str>>()? {
            let below = step(self.wanted, &key);
            if below.is_empty() {
                entries.next_value::<IgnoredAny>()?;
            } else {
                // The last of several equal keys counts, with all that stands below it, as for the mapper.
                below.iter().for_each(|(index, _)| self.found[*index] = None);
                entries.next_value_seed(Node { wanted: &below, found: self.found })?;
            }
        }
        Ok(())
    }
}

/// The pointers that start with `key`, with it removed.
fn step<'a>(wanted: &[Want<'a>], key: &str) -> Vec<Want<'a>> {
    let below = |(index, path): &Want<'a>| {
        let (head, rest) = path.split_once('/').unwrap_or((path, ""));
        (head == key).then_some((*index, rest))
    };
    wanted.iter().filter_map(below).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_found_at_their_pointers() {
        let json = br#"{"type":"a","event":{"id":7,"ok":true,"deep":{"x":1.5}},"list":[1,{"y":2}],"none":null}"#;
        let found = scan(json, &["/type", "/event/id", "/event/ok", "/event/deep/x", "/list", "/none", "/gone"]);
        let text = |word: &str| Some(word.to_owned());
        assert_eq!(found, [text("a"), text("7"), text("true"), text("1.5"), None, None, None]);
        assert_eq!(scan(json, &["/list/0", "/list/1/y", "/list/2", "/list/-"]), [text("1"), text("2"), None, None]);
        assert_eq!(scan(br#"[{"event":"bounce"},{"event":"x"}]"#, &["/0/event"]), [text("bounce")]);
    }

    #[test]
    fn the_last_of_two_equal_keys_counts_as_it_does_for_the_mapper() {
        assert_eq!(scan(br#"{"a":1,"a":2}"#, &["/a"]), [Some("2".to_owned())]);
        for (json, pointer) in [
            (&br#"{"a":1,"a":null}"#[..], "/a"),
            (br#"{"a":1,"a":{}}"#, "/a"),
            (br#"{"a":{"b":1},"a":2}"#, "/a/b"),
            (br#"{"l":[{"b":1}],"l":[{}]}"#, "/l/0/b"),
        ] {
            assert_eq!(scan(json, &[pointer]), [None], "{pointer}");
        }
    }

    #[test]
    fn hostile_text_is_survived() {
        let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
        assert_eq!(scan(&deep, &["/a"]), [None]);
        let deep = [br#"{"a":1,"b":"#.to_vec(), b"[".repeat(100_000)].concat();
        assert_eq!(scan(&deep, &["/a"]), [Some("1".to_owned())]);
        assert_eq!(scan(b"not json", &["/a"]), [None]);
        assert_eq!(scan(b"", &["/a"]), [None]);
        assert_eq!(scan(b"\xff\xfe", &["/a"]), [None]);
    }
}

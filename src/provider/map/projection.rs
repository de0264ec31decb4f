//! The parts of a body that templates can read, and how these alone become values: most of a payload is named by no template,
//! and to build a value of it costs more than to check that it is JSON.

use std::collections::BTreeMap;
use std::fmt;

use minijinja::Value;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// What is read of a value: all of it, or only some fields of an object and the same parts of each element of an array.
#[derive(Debug, Default)]
pub struct Projection {
    is_whole: bool,
    fields: BTreeMap<String, Projection>,
    elements: Option<Box<Projection>>,
}

static WHOLE: Projection = Projection { is_whole: true, fields: BTreeMap::new(), elements: None };

impl Projection {
    /// What the templates read of the variable `root`.
    pub fn new<'t>(templates: impl IntoIterator<Item = &'t str>, root: &str) -> Self {
        let mut read = Self::default();
        for template in templates {
            Self::paths(template, root).for_each(|path| read.at(path.into_iter()).is_whole = true);
        }
        read
    }

    /// Adds what is read of each element of the array at a pointer as in `elements` of the mapper: a string that contains JSON
    /// is read whole.
    pub fn add_elements(&mut self, pointer: &str, elements: Self) {
        let (path, text) = pointer.split_once('#').map_or((pointer, None), |(path, text)| (path, Some(text)));
        let array = self.at(path.split('/').filter(|key| !key.is_empty()));
        array.is_whole |= text.is_some();
        array.elements = Some(Box::new(elements));
    }

    /// Parses JSON text. Fails where a parse of the whole text would.
    pub fn parse(&self, json: &[u8]) -> serde_json::Result<Value> {
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        let value = self.deserialize(&mut deserializer)?;
        deserializer.end().map(|()| value)
    }

    /// The attributes that follow each mention of a variable: `body.a.b` is `[a, b]`. A variable that is not followed by one
    /// (assigned, passed on, looped over, subscripted) yields the empty path. So does a word of the text that looks like it, which
    /// only costs time.
    pub fn paths<'t>(template: &'t str, root: &str) -> impl Iterator<Item = Vec<&'t str>> {
        let is_mention = move |at: &usize| {
            let (before, after) = (template[..*at].trim_end(), &template[at + root.len()..]);
            let is_joined = template[..*at].ends_with(is_word);
            !is_joined && !before.ends_with('.') && !after.starts_with(is_word)
        };
        let starts = template.match_indices(root).map(|(at, _)| at).filter(is_mention);
        starts.map(move |at| attributes(&template[at + root.len()..]))
    }

    fn at<'k>(&mut self, path: impl Iterator<Item = &'k str>) -> &mut Self {
        path.fold(self, |read, key| read.fields.entry(key.to_owned()).or_default())
    }
}

fn attributes(mut rest: &str) -> Vec<&str> {
    let mut names = Vec::new();
    while let Some(after) = rest.trim_start().strip_prefix('.') {
        let after = after.trim_start();
        let (name, left) = after.split_at(after.find(|c| !is_word(c)).unwrap_or(after.len()));
        if name.is_empty() {
            break;
        }
        names.push(name);
        rest = left;
    }
    names
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

impl<'de> DeserializeSeed<'de> for &Projection {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        if self.is_whole { Value::deserialize(deserializer) } else { deserializer.deserialize_any(self) }
    }
}

/// Only objects are cut: `body.a.b` is undefined where `a` is a string, and a template may ask what it is.
impl<'de> Visitor<'de> for &Projection {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(().into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let (elements, mut list) = (self.elements.as_deref().unwrap_or(&WHOLE), Vec::new());
        while let Some(item) = items.next_element_seed(elements)? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut read = Vec::with_capacity(self.fields.len());
        while let Some(name) = entries.next_key_seed(Name(self))? {
            match name {
                Some((name, field)) => read.push((name, entries.next_value_seed(field)?)),
                None => entries.next_value_seed(Skip)?,
            }
        }
        Ok(Value::from_pairs(read))
    }
}

/// The key of an entry: the field that is read of it, if any.
struct Name<'p>(&'p Projection);

impl<'de, 'p> DeserializeSeed<'de> for Name<'p> {
    type Value = Option<(&'p str, &'p Projection)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'p> Visitor<'_> for Name<'p> {
    type Value = Option<(&'p str, &'p Projection)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.fields.get_key_value(key).map(|(name, field)| (name.as_str(), field)))
    }
}

/// Reads a value as strictly as if it were kept. `serde::de::IgnoredAny` would let through what is too deep, and numbers and
/// strings that are not valid.
struct Skip;

impl<'de> DeserializeSeed<'de> for Skip {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Skip {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while entries.next_key_seed(Self)?.is_some() {
            entries.next_value_seed(Self)?;
        }
        Ok(())
    }
}

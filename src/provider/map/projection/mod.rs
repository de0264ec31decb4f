//! The parts of a body that templates can read. Only these are parsed to values: templates name little of most payloads, and building
//! a value costs more than checking that it is JSON.
//!
//! `mentions` finds the parts in the templates, `parse` builds the values, `skip` checks the rest.

mod mentions;
mod parse;
mod skip;

use std::collections::BTreeMap;

use minijinja::Value;
use serde::de::DeserializeSeed;

pub use mentions::paths;

/// The parts of a value that are read: all of it, or some fields of an object, or the same parts of each element of an array.
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
            paths(template, root).for_each(|path| read.at(path.into_iter()).is_whole = true);
        }
        read
    }

    /// Adds what is read of each element of the array at a pack's `each` pointer. A string that contains JSON is read whole.
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

    fn at<'k>(&mut self, path: impl Iterator<Item = &'k str>) -> &mut Self {
        path.fold(self, |read, key| read.fields.entry(key.to_owned()).or_default())
    }
}

//! Identifies a delivery: its event type, and its delivery id, which is the same when the provider retries.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::clean::clean_line;
use super::scan::scan;

/// Maximum length of an event type in bytes.
const MAX_TYPE: usize = 200;

/// Where a pack finds type and id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identify {
    /// Alternatives. Parts after the first are optional; parts are joined by a dot.
    #[serde(default, rename = "type")]
    pub kind: Vec<Vec<Place>>,
    /// Alternatives. Every part is required; parts are joined by a colon.
    #[serde(default)]
    pub id: Vec<Vec<Place>>,
}

/// A location within a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// Name of a header, in any case.
    Header(String),
    /// JSON pointer into the body.
    Pointer(String),
    /// A hash of the body, for providers whose ids are missing or not signed.
    Body(Hash),
}

/// How the body is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hash {
    Sha256,
}

/// The type and id of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Sanitized, at most 200 bytes; `unknown` if the delivery has none.
    pub event_type: String,
    /// `None` if the provider sent no id.
    pub delivery_id: Option<String>,
}

impl Identify {
    /// Identifies a delivery in one pass over the body; `header` returns the value of a header.
    pub fn look<'h>(&self, header: impl Fn(&str) -> Option<&'h str>, json: &[u8]) -> Identity {
        let pointers = self.pointers();
        let scalars = scan(json, &pointers);
        let find = |place: &Place| match place {
            Place::Header(name) => header(name).map(str::to_owned),
            Place::Pointer(path) => pointers.iter().position(|p| p == path).and_then(|i| scalars[i].clone()),
            Place::Body(Hash::Sha256) => Some(hex::encode(Sha256::digest(json))),
        };
        let find = |place: &Place| find(place).filter(|text| !text.trim().is_empty());
        let kind = self.kind.iter().find_map(|parts| joined(parts, find));
        let id = self.id.iter().find_map(|parts| all(parts, find));
        Identity { event_type: clean_line(kind.as_deref().unwrap_or("unknown"), MAX_TYPE), delivery_id: id }
    }

    fn pointers(&self) -> Vec<&str> {
        let mut pointers: Vec<&str> = Vec::new();
        for place in self.kind.iter().chain(&self.id).flatten() {
            if let Place::Pointer(path) = place {
                pointers.push(path);
            }
        }
        pointers
    }
}

fn joined(parts: &[Place], find: impl Fn(&Place) -> Option<String>) -> Option<String> {
    let (first, rest) = parts.split_first()?;
    let texts = std::iter::once(find(first)?).chain(rest.iter().filter_map(find));
    Some(texts.collect::<Vec<_>>().join("."))
}

fn all(parts: &[Place], find: impl Fn(&Place) -> Option<String>) -> Option<String> {
    let texts: Option<Vec<String>> = parts.iter().map(find).collect();
    texts.map(|texts| texts.join(":"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn github() -> Identify {
        Identify {
            kind: vec![vec![Place::Header("X-GitHub-Event".into()), Place::Pointer("/action".into())]],
            id: vec![vec![Place::Header("X-GitHub-Delivery".into())]],
        }
    }

    #[test]
    fn type_and_id_are_joined_from_their_parts() {
        let header = |name: &str| Some(if name == "X-GitHub-Event" { "release" } else { "d-1" });
        let identity = github().look(header, br#"{"action":"published"}"#);
        assert_eq!(identity, Identity { event_type: "release.published".into(), delivery_id: Some("d-1".into()) });
    }

    #[test]
    fn a_body_is_its_own_id() {
        let id = vec![vec![Place::Header("X-Topic".into()), Place::Body(Hash::Sha256)]];
        let identify = Identify { id, ..Identify::default() };
        let id = |body: &[u8]| identify.look(|_| Some("order.created"), body).delivery_id.unwrap();
        assert_eq!(id(b"{}"), id(b"{}"));
        assert_ne!(id(b"{}"), id(b"{} "));
        assert!(id(b"{}").starts_with("order.created:44136fa3"));
    }

    #[test]
    fn what_is_missing_is_unknown() {
        let identity = github().look(|_| None, b"{}");
        assert_eq!(identity, Identity { event_type: "unknown".into(), delivery_id: None });
    }
}

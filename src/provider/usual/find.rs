//! Looks for scalars under several names, in the payload and one level down.

use minijinja::Value;
use minijinja::value::ValueKind;

/// Names of fields, the most telling first.
pub type Names = &'static [&'static str];

/// Fields that hold what the payload is about.
const CONTAINERS: [&str; 16] = [
    "alert",
    "incident",
    "monitor",
    "check",
    "check_result",
    "event",
    "problem",
    "issue",
    "notification",
    "data",
    "payload",
    "details",
    "labels",
    "commonLabels",
    "annotations",
    "attributes",
];

/// Those of them that are one thing with an id of its own.
const THINGS: [&str; 6] = ["alert", "incident", "monitor", "check", "problem", "issue"];

/// Fields of an object that name it.
pub const NAMES: Names = &["name", "title", "displayName", "full_name", "display_name", "host", "hostname"];

/// Most fields of [`fields`], and the longest value in bytes.
const FIELDS: usize = 8;
const LONGEST: usize = 120;

/// A text in the payload, and the JSONPath of where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub text: String,
    pub path: String,
}

/// The payload, then the objects in it where the same names may stand.
pub struct Scopes(Vec<Scope>);

struct Scope {
    /// JSONPath.
    path: String,
    value: Value,
}

impl Scopes {
    pub fn new(body: &Value) -> Self {
        let mut scopes = vec![Scope { path: "$".to_owned(), value: body.clone() }];
        for name in CONTAINERS {
            let Some(container) = at(body, name).filter(|value| value.kind() == ValueKind::Map) else { continue };
            let below = at(&container, "attributes").filter(|value| value.kind() == ValueKind::Map);
            let path = format!("$.{name}");
            let below = below.map(|value| Scope { path: format!("{path}.attributes"), value });
            scopes.push(Scope { path, value: container });
            scopes.extend(below);
        }
        Self(scopes)
    }

    /// The first text or number under one of these names, or the name of an object there.
    pub fn text(&self, names: Names) -> Option<String> {
        self.first(names).map(|found| found.text)
    }

    /// The same, with its place.
    pub fn first(&self, names: Names) -> Option<Found> {
        self.all(names).next()
    }

    /// All of them: an outer one before an inner one.
    pub fn all(&self, names: Names) -> impl Iterator<Item = Found> {
        self.0.iter().flat_map(move |scope| names.iter().filter_map(|name| scope.find(name)))
    }

    /// The id of the object that the payload is about.
    pub fn own_id(&self) -> Option<Found> {
        let body = &self.0.first()?.value;
        let thing = |name: &&'static str| Some((*name, at(body, name).filter(|value| value.kind() == ValueKind::Map)?));
        THINGS.iter().filter_map(thing).find_map(|(name, thing)| {
            Some(Found { text: scalar(&at(&thing, "id")?, &[])?, path: format!("$.{name}.id") })
        })
    }
}

impl Scope {
    fn find(&self, name: &str) -> Option<Found> {
        let (text, below) = named_scalar(&at(&self.value, name)?, NAMES)?;
        let below = below.map(|below| format!(".{below}")).unwrap_or_default();
        Some(Found { text, path: format!("{}.{name}{below}", self.path) })
    }
}

/// The value of a field; `None` if it is missing or null.
pub fn at(value: &Value, name: &str) -> Option<Value> {
    value.get_attr(name).ok().filter(|value| !value.is_undefined() && !value.is_none())
}

/// A non-empty string or a number, or the first one in a field with one of these names.
pub fn scalar(value: &Value, names: Names) -> Option<String> {
    named_scalar(value, names).map(|(text, _)| text)
}

/// The same, with the name of the field.
fn named_scalar(value: &Value, names: Names) -> Option<(String, Option<&'static str>)> {
    match value.kind() {
        ValueKind::String => Some((value.to_string().trim().to_owned(), None)).filter(|(text, _)| !text.is_empty()),
        ValueKind::Number => Some((value.to_string(), None)),
        ValueKind::Map => names.iter().find_map(|name| Some((scalar(&at(value, name)?, &[])?, Some(*name)))),
        _ => None,
    }
}

/// `name: value` of the first few scalars of an object, one a line.
pub fn fields(body: &Value) -> String {
    let Ok(keys) = body.try_iter() else { return String::new() };
    let line = |key: Value| {
        let name = key.as_str()?.to_owned();
        let value = at(body, &name)?;
        let text = match value.kind() {
            ValueKind::String | ValueKind::Number => value.to_string(),
            ValueKind::Bool => value.is_true().to_string(),
            _ => return None,
        };
        (1..=LONGEST).contains(&text.trim().len()).then(|| format!("{name}: {}", text.trim()))
    };
    if body.kind() != ValueKind::Map {
        return String::new();
    }
    keys.filter_map(line).take(FIELDS).collect::<Vec<_>>().join("\n")
}

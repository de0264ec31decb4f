//! Fields of the payload that an admin chose for the parts of an alert: settings of the source, each a JSONPath of names and
//! indexes, such as `$.check.name` or `$.items[0]["full name"]` (RFC 9535).

use minijinja::Value;

use super::find::{Found, NAMES, scalar};

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(i64),
}

/// The settings of a source.
pub struct Chosen(Value);

impl Chosen {
    /// From `settings` of a template.
    pub const fn new(settings: Value) -> Self {
        Self(settings)
    }

    /// The text or number at the path of this setting; `None` without the setting, or if the payload has none there.
    pub fn find(&self, setting: &str, body: &Value) -> Option<Found> {
        let path = self.0.get_attr(setting).ok()?;
        let path = path.as_str().filter(|path| !path.is_empty())?;
        let value = steps(path).ok()?.into_iter().try_fold(body.clone(), below)?;
        Some(Found { text: scalar(&value, NAMES)?, path: path.to_owned() })
    }
}

fn below(value: Value, step: Step) -> Option<Value> {
    let below = match step {
        Step::Name(name) => value.get_attr(&name),
        Step::Index(at) => value.get_item_by_index(usize::try_from(at).ok()?),
    };
    below.ok().filter(|value| !value.is_undefined() && !value.is_none())
}

/// The error follows the name of the setting.
pub fn check_path(path: &str) -> Result<(), String> {
    steps(path).map(drop)
}

fn steps(path: &str) -> Result<Vec<Step>, String> {
    let wrong = || "must be a path such as $.check.name or $.items[0]".to_owned();
    let mut rest = path.strip_prefix('$').ok_or_else(wrong)?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, after) = step(rest).ok_or_else(wrong)?;
        steps.push(step);
        rest = after;
    }
    if steps.is_empty() { Err(wrong()) } else { Ok(steps) }
}

/// The first step, and what follows it.
fn step(text: &str) -> Option<(Step, &str)> {
    if let Some(rest) = text.strip_prefix('.') {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        return (end > 0).then(|| (Step::Name(rest[..end].to_owned()), &rest[end..]));
    }
    let rest = text.strip_prefix('[')?;
    if !rest.starts_with('"') {
        let (index, after) = rest.split_once(']')?;
        return Some((Step::Index(index.parse().ok().filter(|index| *index >= 0)?), after));
    }
    let mut names = serde_json::Deserializer::from_str(rest).into_iter::<String>();
    let name = names.next()?.ok()?;
    Some((Step::Name(name), rest[names.byte_offset()..].strip_prefix(']')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str) -> Option<String> {
        let body: Value = serde_json::from_str(r#"{"a":{"b c":[1,{"name":"x","n":null}]},"d":"text"}"#).unwrap();
        Chosen::new(Value::from_pairs([("title_field", path)])).find("title_field", &body).map(|found| found.text)
    }

    #[test]
    fn a_path_leads_to_a_text() {
        assert_eq!(found("$.d").as_deref(), Some("text"));
        assert_eq!(found(r#"$.a["b c"][0]"#).as_deref(), Some("1"));
        assert_eq!(found(r#"$["a"]["b c"][1]"#).as_deref(), Some("x"), "the name of an object");
        for none in ["$.x", "$.a", "$.d.e", r#"$.a["b c"]"#, r#"$.a["b c"][7]"#, r#"$.a["b c"][1].n"#, "d", ""] {
            assert_eq!(found(none), None, "{none}");
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for wrong in
            ["", "$", "a.b", "$.", "$..a", "$.a[", "$.a[x]", "$.a[-1]", "$.a[\"b]", "$.a[\"b\"", "$a", "$.a[0]b"]
        {
            assert!(check_path(wrong).is_err(), "{wrong}");
        }
        for right in ["$.a", "$.a.b[0]", r#"$["a\"b"].c"#, "$[0]"] {
            assert_eq!(check_path(right), Ok(()), "{right}");
        }
    }
}

//! Maps payloads to alert drafts by the rules of a pack. Total: every payload yields a draft.
//!
//! `compile` compiles the rules to templates once, `projection` parses what these can read of a body, `scope` renders them for
//! a delivery, and `plain` makes the fallback drafts if nothing can be rendered.

mod compile;
mod plain;
mod projection;
mod scope;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::collections::BTreeMap;

use app::types::{FieldPart, Severity};
use minijinja::value::ValueKind;
use minijinja::{Environment, Value};
use serde::de::IgnoredAny;

use super::clean::{clean_line, clean_text};
use super::draft::{Action, Draft, Kind, Order, severity_word};
use super::filters::from_json;
use super::json_text::{json_text, repaired};
use super::rule::{Cap, Fields, Rule};
use super::timestamp::read_stamp;
use super::usual::explain;
use compile::Compiled;
use projection::Projection;
use scope::Scope;

/// Maximum length of title, message, metadata value and key, in bytes.
const MAX_TITLE: usize = 300;
const MAX_MESSAGE: usize = 8 * 1024;
const MAX_VALUE: usize = 1024;
const MAX_KEY: usize = 500;

/// Fuel of all templates of a delivery together: a few seconds of CPU time.
const FUEL_OF_ALL: u64 = if cfg!(test) { 1_000_000 } else { 100_000_000 };

/// Input of the mapper.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    /// As identified at receipt.
    pub event_type: &'a str,
    /// Decides whether the body is JSON or a form.
    pub content_type: &'a str,
    /// The raw body.
    pub payload: &'a [u8],
    /// Display name of the source.
    pub source: &'a str,
    /// The source's settings, verbatim.
    pub settings: &'a BTreeMap<String, String>,
    /// Time of receipt, Unix milliseconds.
    pub received: i64,
}

/// The compiled rules of a pack.
#[derive(Debug)]
pub struct Mapper {
    env: Environment<'static>,
    rules: Vec<Compiled>,
    default: Compiled,
    cap: Option<Severity>,
    /// How messages with the same key are ordered.
    pub order: Order,
    /// JSON pointer to the array that becomes one alert per element.
    each: Option<String>,
    /// What the templates read of a body.
    read: Projection,
    /// Whether the rules accept plain-text bodies.
    takes_text: bool,
}

impl Mapper {
    /// Compiles every template; an error names the rule.
    pub fn compile(
        default: &Fields,
        rules: &[Rule],
        cap: Option<&Cap>,
        each: Option<String>,
        order: Order,
    ) -> Result<Self, String> {
        let mut env = compile::environment();
        if let Some(cap) = cap {
            compile::condition(&mut env, "cap", &cap.when, "cap")?;
        }
        let rules = rules.iter().enumerate().map(|(i, rule)| compile::rule(&mut env, i, rule, default));
        let rules = rules.collect::<Result<_, _>>()?;
        let default = compile::fields(&mut env, "default", "default", default)?;
        let read = compile::projection(&env, each.as_deref());
        Ok(Self { env, rules, default, cap: cap.map(|cap| cap.severity), order, each, read, takes_text: false })
    }

    /// Sets whether plain-text bodies are accepted; templates see the text as `body`.
    pub fn taking_text(self, takes_text: bool) -> Self {
        Self { takes_text, ..self }
    }

    /// Whether it looks for fields under the usual names, so that others can be chosen.
    pub fn finds_fields(&self) -> bool {
        self.env.templates().any(|(_, template)| template.source().contains("|usual_"))
    }

    /// Maps a delivery; if its body could not be parsed, also returns the reason.
    pub fn map(&self, delivery: &Delivery<'_>) -> (Vec<Draft>, Option<String>) {
        let text = json_text(delivery.content_type, delivery.payload);
        match self.body(&text) {
            Ok(body) => (self.drafts(delivery, body), None),
            Err(reason) => (vec![plain::unreadable(delivery, &String::from_utf8_lossy(&text), &reason)], Some(reason)),
        }
    }

    /// Where a mapping by the usual names finds the parts of the alert; of a body that becomes several alerts, of the first.
    pub fn explain(&self, delivery: &Delivery<'_>) -> Vec<FieldPart> {
        let body = self.body(&json_text(delivery.content_type, delivery.payload)).ok();
        let first = body.and_then(|body| bodies(body).into_iter().next());
        let parts = first.map(|body| explain(&body, delivery.event_type, scope::settings(delivery)));
        parts.unwrap_or_default()
    }

    /// The body as templates see it, as JSON text; of one that becomes several alerts, the first. `None` if it cannot be read.
    pub fn seen(&self, delivery: &Delivery<'_>) -> Option<String> {
        let text = json_text(delivery.content_type, delivery.payload);
        let body = self.body(&text).ok()?;
        // The text as sent keeps the order of keys and the form of numbers.
        let is_as_sent = body.kind() == ValueKind::Map && serde_json::from_slice::<IgnoredAny>(&text).is_ok();
        if is_as_sent {
            return Some(String::from_utf8_lossy(&text).into_owned());
        }
        serde_json::to_string(&bodies(body).into_iter().next()?).ok()
    }

    /// The body as templates see it; the error is the reason why it cannot be read.
    fn body(&self, text: &[u8]) -> Result<Value, String> {
        let error = match self.read.parse(text) {
            Ok(body) => return Ok(body),
            Err(error) => error,
        };
        if let Some(body) = tolerant(text) {
            return Ok(body);
        }
        if self.takes_text && !text.trim_ascii().is_empty() && !text.trim_ascii().starts_with(b"{") {
            return Ok(plain::text(text).into());
        }
        Err(clean_line(&format!("the body is not readable JSON: {error}"), MAX_VALUE))
    }

    /// One draft, or one per element of the pack's array, or of a body that is an array.
    fn drafts(&self, delivery: &Delivery<'_>, body: Value) -> Vec<Draft> {
        let of_pack = self.each.as_deref().map(|pointer| elements(&body, pointer)).unwrap_or_default();
        let contexts: Vec<(Value, Value)> = if of_pack.is_empty() {
            bodies(body).into_iter().map(|body| (body, Value::UNDEFINED)).collect()
        } else {
            of_pack.into_iter().map(|item| (body.clone(), item)).collect()
        };
        self.draft_each(delivery, contexts)
    }

    /// A draft for each pair of body and item, until the fuel is used up.
    fn draft_each(&self, delivery: &Delivery<'_>, contexts: Vec<(Value, Value)>) -> Vec<Draft> {
        let (fuel, count) = (Cell::new(FUEL_OF_ALL), contexts.len());
        let each = contexts.into_iter().take_while(|_| fuel.get() > 0);
        let draft = |(body, item)| self.draft(delivery, scope::context(delivery, body, item), &fuel);
        let mut drafts: Vec<Draft> = each.map(draft).collect();
        if count > drafts.len() {
            drafts.push(plain::left_out(delivery, count - drafts.len()));
        }
        drafts
    }

    fn draft(&self, delivery: &Delivery<'_>, context: Value, fuel: &Cell<u64>) -> Draft {
        let mut scope = Scope { env: &self.env, context, fuel, problem: None };
        let rule =
            self.rules.iter().find(|rule| rule.fits(delivery.event_type) && scope.holds(rule)).unwrap_or(&self.default);
        let title = clean_line(&scope.render(rule, "title"), MAX_TITLE);
        let mut draft = Draft {
            action: rule.action,
            title: if title.is_empty() { plain::title(delivery) } else { title },
            message: clean_text(&scope.render(rule, "message"), MAX_MESSAGE),
            severity: severity_word(&scope.render(rule, "severity")).unwrap_or(Severity::Warning),
            metadata: scope.metadata(rule),
            key: Some(clean_line(&scope.render(rule, "key"), MAX_KEY)).filter(|key| !key.is_empty()),
            at: read_stamp(&scope.render(rule, "at")),
            rule: rule.name.clone(),
            kind: Kind::Problem,
            fallback: None,
        };
        if let Some(most) = self.cap.filter(|_| scope.is_true("cap.when")) {
            draft.severity = draft.severity.min(most);
        }
        draft.kind = rule.kind.unwrap_or_else(|| Kind::of(draft.key.as_ref(), draft.severity));
        draft.fallback = scope.problem;
        draft
    }
}

/// A body that a strict parse refused: almost JSON, or one JSON text after another (NDJSON), which is read as an array.
fn tolerant(text: &[u8]) -> Option<Value> {
    let repaired = repaired(text);
    let documents = serde_json::Deserializer::from_str(&repaired).into_iter::<Value>();
    let mut documents = documents.collect::<Result<Vec<Value>, _>>().ok()?;
    let is_structured = |value: &Value| matches!(value.kind(), ValueKind::Map | ValueKind::Seq);
    match documents.len() {
        1 => documents.pop(),
        _ => (!documents.is_empty() && documents.iter().all(is_structured)).then(|| documents.into()),
    }
}

/// The objects of a body that is an array of objects, else the body itself.
fn bodies(body: Value) -> Vec<Value> {
    let elements: Vec<Value> = match body.kind() {
        ValueKind::Seq => body.try_iter().map(Iterator::collect).unwrap_or_default(),
        _ => Vec::new(),
    };
    let are_objects = !elements.is_empty() && elements.iter().all(|element| element.kind() == ValueKind::Map);
    if are_objects { elements } else { vec![body] }
}

/// The elements of the array at a pointer; empty for anything else. `#` continues inside a string that contains JSON:
/// `/Message#/Records`.
fn elements(body: &Value, pointer: &str) -> Vec<Value> {
    let step = |value: Value, key: &str| value.get_attr(key).unwrap_or_default();
    let walk = |value: Value, path: &str| path.split('/').filter(|key| !key.is_empty()).fold(value, step);
    let mut paths = pointer.split('#');
    let start = walk(body.clone(), paths.next().unwrap_or_default());
    let list = paths.fold(start, |value, path| walk(from_json(&value), path));
    match list.kind() {
        ValueKind::Seq => list.try_iter().map(Iterator::collect).unwrap_or_default(),
        _ => Vec::new(),
    }
}

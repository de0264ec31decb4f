//! Payload → alert drafts, by the rules of a pack. Total: whatever the payload, there is a draft.

use std::collections::BTreeMap;

use app::types::Severity;
use minijinja::value::ValueKind;
use minijinja::{Environment, UndefinedBehavior, Value};
use serde_json::Map;

use super::clean::{clean_line, clean_text};
use super::draft::{Action, Draft, severity_word};
use super::filters;
use super::json_text::json_text;
use super::rule::{Cap, Fields, Rule};

/// Longest title, message, metadata value and key, in bytes.
const MAX_TITLE: usize = 300;
const MAX_MESSAGE: usize = 8 * 1024;
const MAX_VALUE: usize = 1024;
const MAX_KEY: usize = 500;

/// Most alerts of one delivery; a note says how many more there were.
const MAX_EACH: usize = 1_000;

/// Steps a template may take; a rule of ours takes a few hundred.
const FUEL: u64 = 200_000;

/// What the mapper is given.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    pub event_type: &'a str,
    pub content_type: &'a str,
    pub payload: &'a [u8],
    /// Display name of the source.
    pub source: &'a str,
    pub settings: &'a BTreeMap<String, String>,
}

/// The compiled rules of one pack.
#[derive(Debug)]
pub struct Mapper {
    env: Environment<'static>,
    rules: Vec<Compiled>,
    default: Compiled,
    cap: Option<Severity>,
    /// Pointer to the list that holds one alert each.
    each: Option<String>,
}

/// A rule whose templates lie in the environment as `{id}.title`, `{id}.when` and so on.
#[derive(Debug)]
struct Compiled {
    id: String,
    name: Option<String>,
    events: Vec<String>,
    has_when: bool,
    action: Action,
    metadata: Vec<String>,
}

impl Mapper {
    /// Compiles every template once; the error names the rule.
    pub fn compile(default: &Fields, rules: &[Rule], cap: Option<&Cap>, each: Option<String>) -> Result<Self, String> {
        let mut env = environment();
        if let Some(cap) = cap {
            add(&mut env, "cap.when", &condition(&cap.when), "cap")?;
        }
        let rules = rules.iter().enumerate().map(|(i, rule)| compile_rule(&mut env, i, rule, default));
        let rules = rules.collect::<Result<_, _>>()?;
        let default = compile_fields(&mut env, "default", "default", default)?;
        Ok(Self { env, rules, default, cap: cap.map(|cap| cap.severity), each })
    }

    /// What the delivery means; and, if its body could not be read, why.
    pub fn map(&self, delivery: &Delivery<'_>) -> (Vec<Draft>, Option<String>) {
        let json = json_text(delivery.content_type, delivery.payload);
        match serde_json::from_slice::<Value>(&json) {
            Ok(body) => (self.drafts(delivery, body), None),
            Err(error) => {
                let reason = clean_line(&format!("the body is not readable JSON: {error}"), MAX_VALUE);
                (vec![unreadable(delivery, &reason)], Some(reason))
            }
        }
    }

    /// One draft, or one for each element of the pack's list.
    fn drafts(&self, delivery: &Delivery<'_>, body: Value) -> Vec<Draft> {
        let items = self.each.as_deref().map(|pointer| elements(&body, pointer)).unwrap_or_default();
        if items.is_empty() {
            return vec![self.draft(delivery, context(delivery, body, Value::UNDEFINED))];
        }
        let mut drafts: Vec<Draft> = items
            .iter()
            .take(MAX_EACH)
            .map(|item| self.draft(delivery, context(delivery, body.clone(), item.clone())))
            .collect();
        if items.len() > MAX_EACH {
            drafts.push(left_out(delivery, items.len() - MAX_EACH));
        }
        drafts
    }

    fn draft(&self, delivery: &Delivery<'_>, context: Value) -> Draft {
        let mut problems = Problems::default();
        let mut scope = Scope { env: &self.env, context, problems: &mut problems };
        let rule =
            self.rules.iter().find(|rule| rule.fits(delivery.event_type) && scope.holds(rule)).unwrap_or(&self.default);
        let title = clean_line(&scope.render(rule, "title"), MAX_TITLE);
        let mut draft = Draft {
            action: rule.action,
            title: if title.is_empty() { plain_title(delivery) } else { title },
            message: clean_text(&scope.render(rule, "message"), MAX_MESSAGE),
            severity: severity_word(&scope.render(rule, "severity")).unwrap_or(Severity::Warning),
            metadata: scope.metadata(rule),
            key: Some(clean_line(&scope.render(rule, "key"), MAX_KEY)).filter(|key| !key.is_empty()),
            rule: rule.name.clone(),
            fallback: None,
        };
        if let Some(most) = self.cap.filter(|_| scope.is_true("cap.when")) {
            draft.severity = draft.severity.min(most);
        }
        draft.fallback = problems.first;
        draft
    }
}

impl Compiled {
    fn fits(&self, event_type: &str) -> bool {
        self.events.iter().any(|event| match event.strip_suffix('*') {
            Some(start) => event_type.starts_with(start),
            None => event_type == event,
        })
    }
}

/// The first thing that went wrong in a template; the rest usually follows from it.
#[derive(Default)]
struct Problems {
    first: Option<String>,
}

/// Templates and what they see.
struct Scope<'a> {
    env: &'a Environment<'static>,
    context: Value,
    problems: &'a mut Problems,
}

impl Scope<'_> {
    fn holds(&mut self, rule: &Compiled) -> bool {
        !rule.has_when || self.is_true(&format!("{}.when", rule.id))
    }

    fn is_true(&mut self, template: &str) -> bool {
        self.text(template) == "1"
    }

    fn render(&mut self, rule: &Compiled, field: &str) -> String {
        self.text(&format!("{}.{field}", rule.id))
    }

    fn metadata(&mut self, rule: &Compiled) -> Map<String, serde_json::Value> {
        let mut metadata = Map::new();
        for (i, name) in rule.metadata.iter().enumerate() {
            let value = clean_text(&self.text(&format!("{}.metadata.{i}", rule.id)), MAX_VALUE);
            if !value.is_empty() {
                metadata.insert(name.clone(), value.into());
            }
        }
        metadata
    }

    /// Renders; a template that fails leaves nothing but the reason.
    fn text(&mut self, template: &str) -> String {
        let Ok(compiled) = self.env.get_template(template) else { return String::new() };
        compiled.render(self.context.clone()).unwrap_or_else(|error| {
            let reason = clean_line(&format!("{template}: {error:#}"), MAX_VALUE);
            self.problems.first.get_or_insert(reason);
            String::new()
        })
    }
}

fn environment() -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Chainable);
    env.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    env.set_fuel(Some(FUEL));
    filters::add(&mut env);
    env
}

fn compile_rule(
    env: &mut Environment<'static>,
    index: usize,
    rule: &Rule,
    default: &Fields,
) -> Result<Compiled, String> {
    let id = format!("rule{index}");
    let label = format!("rule '{}'", rule.name);
    let fields = rule.fields_over(default);
    let mut compiled = compile_fields(env, &id, &label, &fields)?;
    if let Some(when) = &rule.when {
        add(env, &format!("{id}.when"), &condition(when), &label)?;
        compiled.has_when = true;
    }
    compiled.name = Some(rule.name.clone());
    compiled.events = rule.event.clone();
    compiled.action = rule.action;
    Ok(compiled)
}

fn compile_fields(env: &mut Environment<'static>, id: &str, label: &str, fields: &Fields) -> Result<Compiled, String> {
    let severity = Some(fields.severity.clone().unwrap_or_else(|| "info".to_owned()));
    for (field, source) in
        [("title", &fields.title), ("message", &fields.message), ("severity", &severity), ("key", &fields.key)]
    {
        add(env, &format!("{id}.{field}"), source.as_deref().unwrap_or_default(), label)?;
    }
    for (i, source) in fields.metadata.values().enumerate() {
        add(env, &format!("{id}.metadata.{i}"), source, label)?;
    }
    Ok(Compiled {
        id: id.to_owned(),
        name: None,
        events: Vec::new(),
        has_when: false,
        action: Action::Open,
        metadata: fields.metadata.keys().cloned().collect(),
    })
}

fn add(env: &mut Environment<'static>, name: &str, source: &str, label: &str) -> Result<(), String> {
    env.add_template_owned(name.to_owned(), source.to_owned()).map_err(|error| format!("{label}: {error:#}"))
}

fn condition(expression: &str) -> String {
    format!("{{% if {expression} %}}1{{% endif %}}")
}

/// The list at a pointer; anything else is none.
fn elements(body: &Value, pointer: &str) -> Vec<Value> {
    let step = |value: Value, key: &str| value.get_attr(key).unwrap_or_default();
    let list = pointer.split('/').filter(|key| !key.is_empty()).fold(body.clone(), step);
    match list.kind() {
        ValueKind::Seq => list.try_iter().map(Iterator::collect).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn context(delivery: &Delivery<'_>, body: Value, item: Value) -> Value {
    let settings =
        Value::from_pairs(delivery.settings.iter().map(|(key, word)| (key.as_str(), Value::from(word.as_str()))));
    Value::from_pairs([
        ("body", body),
        ("item", item),
        ("type", Value::from(delivery.event_type)),
        ("source", Value::from(delivery.source)),
        ("settings", settings),
    ])
}

fn plain_title(delivery: &Delivery<'_>) -> String {
    clean_line(&format!("{} from {}", delivery.event_type, delivery.source), MAX_TITLE)
}

fn left_out(delivery: &Delivery<'_>, count: usize) -> Draft {
    let reason = format!("{count} more elements of one delivery were left out");
    Draft {
        severity: Severity::Warning,
        title: clean_line(&format!("{count} more from {}", delivery.source), MAX_TITLE),
        ..unreadable(delivery, &reason)
    }
}

fn unreadable(delivery: &Delivery<'_>, reason: &str) -> Draft {
    Draft {
        action: Action::Open,
        title: clean_line(&format!("{} from {} could not be read", delivery.event_type, delivery.source), MAX_TITLE),
        message: reason.to_owned(),
        severity: Severity::Info,
        metadata: Map::new(),
        key: None,
        rule: None,
        fallback: Some(reason.to_owned()),
    }
}

//! What the templates of one delivery see, and what went wrong in them.

use minijinja::{Environment, Value};
use serde_json::Map;

use super::compile::Compiled;
use super::{Delivery, MAX_VALUE, clean_line, clean_text};

/// Templates and what they see.
pub struct Scope<'a> {
    pub env: &'a Environment<'static>,
    pub context: Value,
    /// The first thing that went wrong in a template; the rest usually follows from it.
    pub problem: Option<String>,
}

impl Scope<'_> {
    pub fn holds(&mut self, rule: &Compiled) -> bool {
        !rule.has_when || self.is_true(&format!("{}.when", rule.id))
    }

    pub fn is_true(&mut self, template: &str) -> bool {
        self.text(template) == "1"
    }

    pub fn render(&mut self, rule: &Compiled, field: &str) -> String {
        self.text(&format!("{}.{field}", rule.id))
    }

    pub fn metadata(&mut self, rule: &Compiled) -> Map<String, serde_json::Value> {
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
            self.problem.get_or_insert(reason);
            String::new()
        })
    }
}

/// What a template sees.
pub fn context(delivery: &Delivery<'_>, body: Value, item: Value) -> Value {
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

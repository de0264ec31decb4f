//! Renders the templates of one delivery and collects their errors.

use std::cell::Cell;

use minijinja::{Environment, ErrorKind, Value};
use serde_json::Map;

use super::compile::{Compiled, FUEL};
use super::{Delivery, MAX_VALUE, clean_line, clean_text};

/// Fuel charged for a template that failed, as the engine does not report what it used.
const FAILED: u64 = FUEL / 100;

/// The templates and their context.
pub struct Scope<'a> {
    pub env: &'a Environment<'static>,
    pub context: Value,
    /// Fuel left for all templates of the delivery.
    pub fuel: &'a Cell<u64>,
    /// The first error of a template; later ones are usually caused by it.
    pub problem: Option<String>,
}

impl Scope<'_> {
    /// Whether the rule's condition is true; a rule without one always applies.
    pub fn holds(&mut self, rule: &Compiled) -> bool {
        !rule.has_when || self.is_true(&format!("{}.when", rule.id))
    }

    /// Evaluates a condition; false if it fails.
    pub fn is_true(&mut self, template: &str) -> bool {
        self.text(template) == "1"
    }

    /// Renders a field of a rule; empty if it fails.
    pub fn render(&mut self, rule: &Compiled, field: &str) -> String {
        self.text(&format!("{}.{field}", rule.id))
    }

    /// The metadata with empty values omitted.
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

    /// Renders a template; on failure returns an empty text and records the reason.
    fn text(&mut self, template: &str) -> String {
        let Ok(compiled) = self.env.get_template(template) else { return String::new() };
        match compiled.render_captured(self.context.clone()) {
            Ok(rendered) => {
                self.use_up(rendered.state().fuel_levels().map_or(0, |(used, _)| used));
                rendered.into_output()
            }
            Err(error) => {
                self.use_up(if error.kind() == ErrorKind::OutOfFuel { FUEL } else { FAILED });
                let reason = clean_line(&format!("{template}: {error:#}"), MAX_VALUE);
                self.problem.get_or_insert(reason);
                String::new()
            }
        }
    }

    fn use_up(&self, fuel: u64) {
        self.fuel.set(self.fuel.get().saturating_sub(fuel));
    }
}

/// The context of a template.
pub fn context(delivery: &Delivery<'_>, body: Value, item: Value) -> Value {
    Value::from_pairs([
        ("body", body),
        ("item", item),
        ("type", Value::from(delivery.event_type)),
        ("source", Value::from(delivery.source)),
        ("settings", settings(delivery)),
        ("received", Value::from(app::types::time::iso(delivery.received))),
    ])
}

/// The source's settings as templates see them.
pub fn settings(delivery: &Delivery<'_>) -> Value {
    Value::from_pairs(delivery.settings.iter().map(|(key, word)| (key.as_str(), Value::from(word.as_str()))))
}

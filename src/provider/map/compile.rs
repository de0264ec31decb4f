//! Compiles the templates of a pack once.

use minijinja::{Environment, UndefinedBehavior};

use super::{Action, Fields, Kind, Projection, Rule};
use crate::provider::filters;

/// Fuel (execution steps) of one template; rules of the embedded packs need a few hundred.
pub const FUEL: u64 = 200_000;

/// A compiled rule. Its templates are in the environment as `{id}.title`, `{id}.when` and so on.
#[derive(Debug)]
pub struct Compiled {
    pub id: String,
    pub name: Option<String>,
    pub events: Vec<String>,
    pub has_when: bool,
    pub action: Action,
    pub kind: Option<Kind>,
    /// Names, in the order of the templates `{id}.metadata.0` and so on.
    pub metadata: Vec<String>,
}

impl Compiled {
    /// Whether the rule applies to this event type.
    pub fn fits(&self, event_type: &str) -> bool {
        self.events.iter().any(|event| match event.strip_suffix('*') {
            Some(start) => event_type.starts_with(start),
            None => event_type == event,
        })
    }
}

/// The environment shared by all templates of a pack.
pub fn environment() -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Chainable);
    env.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    env.set_fuel(Some(FUEL));
    filters::add(&mut env);
    env
}

/// Adds the templates of a rule, with the pack's default where a field is absent.
pub fn rule(env: &mut Environment<'static>, index: usize, rule: &Rule, default: &Fields) -> Result<Compiled, String> {
    let id = format!("rule{index}");
    let label = format!("rule '{}'", rule.name);
    let mut compiled = fields(env, &id, &label, &rule.fields_over(default))?;
    if let Some(when) = &rule.when {
        condition(env, &id, when, &label)?;
        compiled.has_when = true;
    }
    compiled.name = Some(rule.name.clone());
    compiled.events = rule.event.clone();
    compiled.action = rule.action;
    compiled.kind = rule.kind;
    Ok(compiled)
}

/// Adds the templates of an alert's fields.
pub fn fields(env: &mut Environment<'static>, id: &str, label: &str, fields: &Fields) -> Result<Compiled, String> {
    let severity = Some(fields.severity.clone().unwrap_or_else(|| "info".to_owned()));
    let (title, message, key, at) = (&fields.title, &fields.message, &fields.key, &fields.at);
    for (field, source) in [("title", title), ("message", message), ("severity", &severity), ("key", key), ("at", at)] {
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
        kind: None,
        metadata: fields.metadata.keys().cloned().collect(),
    })
}

/// What all templates together read of a body, and of the elements of the pack's array.
pub fn projection(env: &Environment<'static>, each: Option<&str>) -> Projection {
    let templates: Vec<String> = env.templates().map(|(_, template)| template.source().to_owned()).collect();
    let of = |root| Projection::new(templates.iter().map(String::as_str), root);
    let mut read = of("body");
    if let Some(pointer) = each {
        read.add_elements(pointer, of("item"));
    }
    read
}

fn add(env: &mut Environment<'static>, name: &str, source: &str, label: &str) -> Result<(), String> {
    env.add_template_owned(name.to_owned(), source.to_owned()).map_err(|error| format!("{label}: {error:#}"))
}

/// Adds `{id}.when`, which renders to 1 if the expression is true.
pub fn condition(env: &mut Environment<'static>, id: &str, expression: &str, label: &str) -> Result<(), String> {
    add(env, &format!("{id}.when"), &format!("{{% if {expression} %}}1{{% endif %}}"), label)
}

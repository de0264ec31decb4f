//! What a payload of an unknown sender means, by the names and words that senders use: the filters `usual_…` of the generic pack.
//!
//! `parts` finds the fields that each part of an alert is made of, `find` looks under the names in `names`, `words` knows severities and states, `chat` reads the formats of Slack and Discord,
//! `chosen` takes the fields that the source's settings name instead.

mod chat;
mod chosen;
mod find;
mod names;
mod parts;
#[cfg(test)]
mod tests;
mod words;

use app::types::Severity;
use app::types::words::capitalized;
use minijinja::value::ValueKind;
use minijinja::{Environment, Value};

pub use chosen::check_path;
pub use parts::explain;

use chosen::Chosen;
use find::Scopes;
use names::{HOST, NAME, STATE};
use words::State;

/// Registers the filters. `settings` are those of the source.
pub fn add(env: &mut Environment<'static>) {
    env.add_filter("usual_title", |body: Value, kind: &str, source: &str, settings: Value| {
        Usual::new(&body, kind, settings).title(source)
    });
    env.add_filter("usual_message", |body: Value, kind: &str, settings: Value| {
        Usual::new(&body, kind, settings).message()
    });
    env.add_filter("usual_severity", |body: Value, kind: &str, settings: Value| {
        Usual::new(&body, kind, settings).severity().to_string()
    });
    env.add_filter("usual_state", |body: Value, kind: &str, settings: Value| {
        Usual::new(&body, kind, settings).state_word()
    });
    env.add_filter("usual_key", |body: Value, kind: &str, settings: Value| {
        Usual::new(&body, kind, settings).key().unwrap_or_default()
    });
}

/// A payload and its event type.
struct Usual<'a> {
    body: &'a Value,
    kind: &'a str,
    scopes: Scopes,
    chosen: Chosen,
}

impl<'a> Usual<'a> {
    fn new(body: &'a Value, kind: &'a str, settings: Value) -> Self {
        Self { body, kind, scopes: Scopes::new(body), chosen: Chosen::new(settings) }
    }

    /// One line: the title, else name and text, else what happened to what.
    fn title(&self, source: &str) -> String {
        let text = self.text();
        let line = text.as_deref().map(first_line).filter(|line| !line.is_empty());
        if let Some(title) = self.own_title() {
            return first_line(&title.text).to_owned();
        }
        match (self.name(), line) {
            (Some(name), Some(line)) if !line.contains(&name) => format!("{name}: {line}"),
            (_, Some(line)) => line.to_owned(),
            (Some(name), None) => self.of_name(&name),
            (None, None) => self.happened(source),
        }
    }

    /// "Disk on db-1: down".
    fn of_name(&self, name: &str) -> String {
        let host = self.scopes.text(HOST).filter(|host| !name.contains(host.as_str()));
        let on = host.map(|host| format!(" on {host}")).unwrap_or_default();
        let state = self.scopes.text(STATE).map(|state| format!(": {state}")).unwrap_or_default();
        format!("{name}{on}{state}")
    }

    /// "Push by john to test-repo".
    fn happened(&self, source: &str) -> String {
        let phrase = self.kind.replace(['.', '_'], " ");
        let start = match phrase.as_str() {
            "unknown" | "" => format!("Event from {source}"),
            phrase => capitalized(phrase),
        };
        let person = |name: &str| find::scalar(&find::at(self.body, name)?, &["name", "login", "username"]);
        let who = ["actor", "user", "pusher", "sender", "author"].into_iter().find_map(person);
        let what =
            self.scopes.text(&["repository", "service", "host", "project", "resource", "environment", "serviceName"]);
        let to = if self.kind == "push" { "to" } else { "on" };
        let by = who.map(|who| format!(" by {who}")).unwrap_or_default();
        let on = what.map(|what| format!(" {to} {what}")).unwrap_or_default();
        format!("{start}{by}{on}")
    }

    /// The text, less what became the title; with neither title nor text the plain fields.
    fn message(&self) -> String {
        match (self.text(), self.own_title()) {
            (Some(text), None) => after_first_line(&text),
            (text, Some(_)) => text.unwrap_or_default(),
            (None, None) => find::fields(self.body),
        }
    }

    fn severity(&self) -> Severity {
        let of_text =
            || (self.body.kind() == ValueKind::String).then(|| words::severity_of_text(&self.body.to_string()));
        let said = self.said_severity().and_then(|found| words::severity(&found.text));
        let said = said.or_else(|| chat::severity(self.body)).or_else(of_text);
        said.unwrap_or_else(|| self.state().map_or(Severity::Info, State::severity))
    }

    fn state(&self) -> Option<State> {
        let said = self.said_state().and_then(|found| words::state(&found.text));
        let of_kind = || self.kind.rsplit(['.', '_', '-', ':', ' ', '/']).next().and_then(words::state);
        said.or_else(of_kind)
    }

    fn state_word(&self) -> &'static str {
        match self.state() {
            Some(State::Resolved | State::Succeeded) => "resolved",
            Some(_) => "firing",
            None => "",
        }
    }

    /// The id of the problem; without one, name and host if there is a state.
    fn key(&self) -> Option<String> {
        let parts: Vec<String> = self.of_key().into_iter().map(|found| found.text).collect();
        (!parts.is_empty()).then(|| parts.join("@"))
    }

    fn name(&self) -> Option<String> {
        self.scopes.text(NAME)
    }

    fn text(&self) -> Option<String> {
        self.own_text().map(|found| found.text)
    }
}

fn first_line(text: &str) -> &str {
    text.trim().lines().next().unwrap_or_default().trim()
}

/// The lines after the first; all of a text whose first line does not fit a title.
fn after_first_line(text: &str) -> String {
    const FITS: usize = 200;
    match text.trim().split_once('\n') {
        _ if first_line(text).len() > FITS => text.to_owned(),
        Some((_, rest)) => rest.trim().to_owned(),
        None => String::new(),
    }
}

//! What a payload of an unknown sender means, by the names and words that senders use: the filters `usual_…` of the generic pack.
//!
//! `find` looks under the names in `names`, `words` knows severities and states, `chat` reads the formats of Slack and Discord,
//! `chosen` takes the fields that the source's settings name instead.

mod chat;
mod chosen;
mod find;
mod names;
#[cfg(test)]
mod tests;
mod words;

use app::types::Severity;
use app::types::words::capitalized;
use minijinja::value::ValueKind;
use minijinja::{Environment, Value};

pub use chosen::{FIELDS, check_path};

use chosen::Chosen;
use find::{Found, Scopes};
use names::{HOST, KEY, NAME, SEVERITY, STATE, TEXT, TITLE};
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

/// A part of an alert, and the fields of the payload that it was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappedPart {
    /// One of [`FIELDS`].
    pub setting: &'static str,
    /// The text of the first of the fields; empty without one.
    pub text: String,
    /// JSONPaths; empty if the part is made of the event type, or of nothing.
    pub paths: Vec<String>,
}

/// How each part of the alert of a payload is found, in the order of [`FIELDS`].
pub fn explain(body: &Value, kind: &str, settings: Value) -> Vec<MappedPart> {
    let usual = Usual::new(body, kind, settings);
    let found = [usual.of_title(), usual.of_message(), usual.of_severity(), usual.of_state(), usual.of_key()];
    let part = |(setting, found): (&'static str, Vec<Found>)| MappedPart {
        setting,
        text: found.first().map(|found| found.text.clone()).unwrap_or_default(),
        paths: found.into_iter().map(|found| found.path).collect(),
    };
    FIELDS.into_iter().zip(found).map(part).collect()
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

    fn own_title(&self) -> Option<Found> {
        self.chosen.find("title_field", self.body).or_else(|| self.scopes.first(TITLE))
    }

    fn of_title(&self) -> Vec<Found> {
        match self.own_title() {
            Some(title) => vec![title],
            None => self.scopes.first(NAME).into_iter().chain(self.own_text()).collect(),
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

    fn of_message(&self) -> Vec<Found> {
        self.own_text().into_iter().collect()
    }

    fn severity(&self) -> Severity {
        let of_text =
            || (self.body.kind() == ValueKind::String).then(|| words::severity_of_text(&self.body.to_string()));
        let said = self.said_severity().and_then(|found| words::severity(&found.text));
        let said = said.or_else(|| chat::severity(self.body)).or_else(of_text);
        said.unwrap_or_else(|| self.state().map_or(Severity::Info, State::severity))
    }

    /// The first field with a word for a severity.
    fn said_severity(&self) -> Option<Found> {
        let chosen = self.chosen.find("severity_field", self.body).into_iter();
        chosen.chain(self.scopes.all(SEVERITY)).find(|found| words::severity(&found.text).is_some())
    }

    fn of_severity(&self) -> Vec<Found> {
        self.said_severity().or_else(|| self.said_state()).into_iter().collect()
    }

    fn state(&self) -> Option<State> {
        let said = self.said_state().and_then(|found| words::state(&found.text));
        let of_kind = || self.kind.rsplit(['.', '_', '-', ':', ' ', '/']).next().and_then(words::state);
        said.or_else(of_kind)
    }

    /// The first field with a word for a state.
    fn said_state(&self) -> Option<Found> {
        let chosen = self.chosen.find("state_field", self.body).into_iter();
        chosen.chain(self.scopes.all(STATE)).find(|found| words::state(&found.text).is_some())
    }

    fn of_state(&self) -> Vec<Found> {
        self.said_state().into_iter().collect()
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

    fn of_key(&self) -> Vec<Found> {
        let own = self.chosen.find("key_field", self.body).or_else(|| self.scopes.first(KEY));
        if let Some(key) = own.or_else(|| self.scopes.own_id()) {
            return vec![key];
        }
        if self.state().is_none_or(|state| state == State::Succeeded) {
            return Vec::new();
        }
        let name = self.scopes.first(NAME).or_else(|| self.own_title());
        name.into_iter().chain(self.scopes.first(HOST)).collect()
    }

    fn name(&self) -> Option<String> {
        self.scopes.text(NAME)
    }

    fn text(&self) -> Option<String> {
        self.own_text().map(|found| found.text)
    }

    fn own_text(&self) -> Option<Found> {
        let whole = |text: String| Found { text, path: "$".to_owned() };
        let chosen = self.chosen.find("message_field", self.body);
        let own = || (self.body.kind() == ValueKind::String).then(|| whole(self.body.to_string()));
        chosen.or_else(own).or_else(|| chat::text(self.body).map(whole)).or_else(|| self.scopes.first(TEXT))
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

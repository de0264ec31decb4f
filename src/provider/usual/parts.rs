//! The fields of a payload that each part of its alert is made of.

use app::types::FieldPart;
use minijinja::Value;
use minijinja::value::ValueKind;

use super::find::Found;
use super::names::{HOST, KEY, NAME, SEVERITY, STATE, TEXT, TITLE};
use super::words::State;
use super::{Usual, chat, words};

/// How each part of the alert of a payload is found, in the order of [`app::types::FIELDS`].
pub fn explain(body: &Value, kind: &str, settings: Value) -> Vec<FieldPart> {
    let usual = Usual::new(body, kind, settings);
    let found = [
        ("title_field", usual.of_title()),
        ("message_field", usual.of_message()),
        ("severity_field", usual.of_severity()),
        ("state_field", usual.of_state()),
        ("key_field", usual.of_key()),
    ];
    found.into_iter().map(|(setting, found)| part(setting, found)).collect()
}

fn part(setting: &str, found: Vec<Found>) -> FieldPart {
    FieldPart {
        setting: setting.to_owned(),
        text: found.first().map(|found| found.text.clone()).unwrap_or_default(),
        paths: found.into_iter().map(|found| found.path).collect(),
    }
}

impl Usual<'_> {
    pub fn own_title(&self) -> Option<Found> {
        self.chosen.find("title_field", self.body).or_else(|| self.scopes.first(TITLE))
    }

    pub fn of_title(&self) -> Vec<Found> {
        match self.own_title() {
            Some(title) => vec![title],
            None => self.scopes.first(NAME).into_iter().chain(self.own_text()).collect(),
        }
    }

    pub fn of_message(&self) -> Vec<Found> {
        self.own_text().into_iter().collect()
    }

    /// The first field with a word for a severity.
    pub fn said_severity(&self) -> Option<Found> {
        let chosen = self.chosen.find("severity_field", self.body).into_iter();
        chosen.chain(self.scopes.all(SEVERITY)).find(|found| words::severity(&found.text).is_some())
    }

    pub fn of_severity(&self) -> Vec<Found> {
        self.said_severity().or_else(|| self.said_state()).into_iter().collect()
    }

    /// The first field with a word for a state.
    pub fn said_state(&self) -> Option<Found> {
        let chosen = self.chosen.find("state_field", self.body).into_iter();
        chosen.chain(self.scopes.all(STATE)).find(|found| words::state(&found.text).is_some())
    }

    pub fn of_state(&self) -> Vec<Found> {
        self.said_state().into_iter().collect()
    }

    pub fn of_key(&self) -> Vec<Found> {
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

    pub fn own_text(&self) -> Option<Found> {
        let whole = |text: String| Found { text, path: "$".to_owned() };
        let chosen = self.chosen.find("message_field", self.body);
        let own = || (self.body.kind() == ValueKind::String).then(|| whole(self.body.to_string()));
        chosen.or_else(own).or_else(|| chat::text(self.body).map(whole)).or_else(|| self.scopes.first(TEXT))
    }
}

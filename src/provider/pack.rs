//! A provider pack, parsed from its TOML file.

use app::types::{FIELDS, ProviderGroup};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::draft::Order;
use super::handshake::{GetHandshake, Handshake};
use super::identify::Identify;
use super::map::Mapper;
use super::recipe::Recipe;
use super::rule::{Cap, Fields, Rule};

/// Default maximum body size, if neither pack nor source sets one: 1 MiB.
pub const MAX_BODY: u64 = 1024 * 1024;

/// Largest maximum body size that a pack or a source may set: 32 MiB. GitHub and GitLab send at most 25 MB.
pub const LARGEST_BODY: u64 = 32 * 1024 * 1024;

/// A provider pack, ready to verify, identify and map deliveries.
#[derive(Debug)]
pub struct Pack {
    /// File name without `.toml`.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Maximum body size in bytes.
    pub max_body: u64,
    /// Whether bodies may be compressed by gzip or deflate.
    pub takes_compressed: bool,
    /// Set-up steps at the provider; `{url}` is replaced by the webhook URL.
    pub steps: Vec<String>,
    /// Settings in addition to the common ones. With a mapping by the usual names those that choose other fields are among them.
    pub settings: Vec<String>,
    /// Where the form that adds a source lists it.
    pub group: ProviderGroup,
    /// What the provider calls the secret, if it issues it once it knows the webhook URL or has one already; `None` if it
    /// takes ours.
    pub issues: Option<String>,
    /// How to have a delivery sent again at the provider, as an imperative sentence without a full stop.
    pub resend: Option<String>,
    /// Whether verification and mapping were tested with the provider's own signer and payloads.
    pub status: Status,
    /// Verification recipes; the first one whose signature is present is used.
    pub verify: Vec<Recipe>,
    /// Where event type and delivery id are found.
    pub identify: Identify,
    /// Handshakes by POST; the first one that matches is answered.
    pub handshakes: Vec<Handshake>,
    /// The handshake by GET; `None` if the provider has none.
    pub get_handshake: Option<GetHandshake>,
    /// HTTP status of the response to an accepted delivery.
    pub accepted_status: u16,
    /// Content type of samples: `application/json`, or a form.
    pub content_type: String,
    /// The compiled mapping rules.
    pub mapper: Mapper,
}

/// How well a pack has been tested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Tested with the provider's own signer and payloads.
    Sound,
    /// Not tested that way yet.
    #[default]
    Experimental,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    /// Whether the rules accept plain-text bodies.
    #[serde(default)]
    text: bool,
    /// Slug of the logo in simple-icons, of which the build makes a sprite; not used at run time.
    #[serde(default, rename = "mark")]
    _mark: String,
    #[serde(default = "max_body")]
    max_body: u64,
    #[serde(default)]
    compressed: bool,
    #[serde(default)]
    steps: Vec<String>,
    #[serde(default)]
    settings: Vec<String>,
    #[serde(default)]
    group: ProviderGroup,
    issues: Option<String>,
    resend: Option<String>,
    #[serde(default)]
    status: Status,
    each: Option<String>,
    #[serde(default)]
    order: Order,
    #[serde(default = "ok")]
    accepted_status: u16,
    #[serde(default = "json")]
    content_type: String,
    #[serde(deserialize_with = "one_or_many")]
    verify: Vec<Recipe>,
    identify: Identify,
    #[serde(default)]
    handshake: Vec<Handshake>,
    get_handshake: Option<GetHandshake>,
    /// Id of a pack whose default, rules, cap and array are used here too.
    mapping: Option<String>,
    default: Option<Fields>,
    #[serde(default)]
    cap: Option<Cap>,
    #[serde(default)]
    rule: Vec<Rule>,
}

/// `[verify]`, or `[[verify]]` several times. Deserialized manually, since serde's untagged enums lose the line of an error.
struct OneOrMany;

impl<'de> Visitor<'de> for OneOrMany {
    type Value = Vec<Recipe>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a table [verify] or several [[verify]]")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Ok(vec![Recipe::deserialize(MapAccessDeserializer::new(map))?])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(seq))
    }
}

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Recipe>, D::Error> {
    deserializer.deserialize_any(OneOrMany)
}

impl File {
    fn read(toml: &str) -> Result<Self, String> {
        toml::from_str(toml).map_err(|error| toml_error(toml, &error))
    }

    fn mapper<'t>(&self, other: impl Fn(&str) -> Option<&'t str>) -> Result<Mapper, String> {
        let Some(name) = &self.mapping else { return self.own_mapper() };
        if self.default.is_some() || !self.rule.is_empty() {
            return Err("mapping names another pack's rules: this one must have none of its own".to_owned());
        }
        let toml = other(name).ok_or_else(|| format!("mapping names '{name}', and there is no such pack"))?;
        Self::read(toml)?.own_mapper().map_err(|why| format!("the mapping of '{name}': {why}"))
    }

    fn own_mapper(&self) -> Result<Mapper, String> {
        let default = self.default.as_ref().ok_or("there is neither [default] nor mapping")?;
        let mapper = Mapper::compile(default, &self.rule, self.cap.as_ref(), self.each.clone(), self.order)?;
        Ok(mapper.taking_text(self.text))
    }
}

impl Pack {
    /// Parses and validates a pack; an error in the TOML has line and reason. `other` returns the text of another pack by
    /// id, for `mapping`.
    pub fn parse<'t>(id: &str, toml: &str, other: impl Fn(&str) -> Option<&'t str>) -> Result<Self, String> {
        let file = File::read(toml)?;
        file.verify.iter().try_for_each(Recipe::check)?;
        if file.verify.is_empty() {
            return Err("verify is empty".to_owned());
        }
        if file.max_body > LARGEST_BODY {
            return Err(format!("max_body is at most {LARGEST_BODY}"));
        }
        let mapper = file.mapper(other)?;
        let fields = FIELDS.into_iter().filter(|_| mapper.finds_fields()).map(|(setting, _)| setting.to_owned());
        Ok(Self {
            id: id.to_owned(),
            settings: file.settings.into_iter().chain(fields).collect(),
            mapper,
            name: file.name,
            max_body: file.max_body,
            takes_compressed: file.compressed,
            steps: file.steps,
            group: file.group,
            issues: file.issues,
            resend: file.resend,
            status: file.status,
            verify: file.verify,
            identify: file.identify,
            handshakes: file.handshake,
            get_handshake: file.get_handshake,
            accepted_status: file.accepted_status,
            content_type: file.content_type,
        })
    }

    /// Where type and id are found, with the places that a source's settings add.
    pub fn identify(&self, words: &std::collections::BTreeMap<String, String>) -> Identify {
        let mut identify = self.identify.clone();
        let named = |key: &str| words.get(key).filter(|_| self.settings.iter().any(|s| s == key));
        if let Some(header) = named("type_header") {
            identify.kind.insert(0, vec![super::identify::Place::Header(header.clone())]);
        }
        if let Some(header) = named("id_header") {
            identify.id.insert(0, vec![super::identify::Place::Header(header.clone())]);
        }
        identify
    }
}

/// Line and reason, without the line itself or any quoted text, which may contain a secret.
fn toml_error(toml: &str, error: &toml::de::Error) -> String {
    let reason = without_texts(error.message());
    match error.span() {
        Some(span) => {
            let line = toml.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1;
            format!("line {line}: {reason}")
        }
        None => reason,
    }
}

/// Removes text in double quotes.
fn without_texts(message: &str) -> String {
    match (message.find('"'), message.rfind('"')) {
        (Some(from), Some(to)) if from < to => format!("{}\"…\"{}", &message[..from], &message[to + 1..]),
        _ => message.to_owned(),
    }
}

const fn ok() -> u16 {
    200
}

fn json() -> String {
    "application/json".to_owned()
}

const fn max_body() -> u64 {
    MAX_BODY
}

#[cfg(test)]
mod tests {
    use super::Pack;

    #[test]
    fn what_is_wrong_is_told_by_its_line_without_its_text() {
        let toml = "name = \"Mine\"\n[verify]\nheaders = \"hush-hush\"\n[identify]\n[default]\ntitle = \"x\"\n";
        let why = Pack::parse("mine", toml, |_| None).unwrap_err();
        assert!(why.contains("line ") && !why.contains("hush"), "{why}");
    }
}

//! Settings of a source: those common to all packs, and those that a pack adds.

use std::collections::BTreeMap;
use std::str::FromStr;

use app::types::{FIELDS, Severity};
use serde_json::{Map, Value};
use url::Url;

use super::pack::{LARGEST_BODY, Pack};
use super::recipe::{Recipe, Scheme};
use super::usual::check_path;

/// Settings common to all packs.
const COMMON: [&str; 5] = ["max_body", "public_url", "replay_window", "alert_from", "unreadable"];

/// Maximum replay window in seconds: a day.
const MAX_WINDOW: u32 = 86_400;

/// Parsed settings of a source.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Maximum body size in bytes; `None` uses the pack's.
    pub max_body: Option<u64>,
    /// The URL configured at the provider, for recipes that sign it; `None` uses the one that OpsCenter displays.
    pub public_url: Option<String>,
    /// Window in seconds within which another delivery with the same type and body is a duplicate; `None` disables this.
    pub replay_window: Option<i64>,
    /// Minimum severity that opens an alert; `None` for all.
    pub alert_from: Option<Severity>,
    /// All settings verbatim, for the pack's recipe and templates.
    pub words: BTreeMap<String, String>,
}

/// The name of an invalid setting, and the reason.
pub type Wrong = (String, String);

impl Settings {
    /// Parses settings for a pack; fails at the first invalid one.
    pub fn read(pack: &Pack, words: BTreeMap<String, String>) -> Result<Self, Wrong> {
        let unknown = |key: &&String| !COMMON.contains(&key.as_str()) && !pack.settings.contains(key);
        if let Some(key) = words.keys().find(unknown) {
            let known: Vec<&str> = COMMON.into_iter().chain(pack.settings.iter().map(String::as_str)).collect();
            return Err((key.clone(), format!("{} has no such setting; it supports {}", pack.name, known.join(", "))));
        }
        if let Some((key, _)) = words.iter().find(|(_, word)| word.chars().any(char::is_control)) {
            return Err((key.clone(), "contains a control character".to_owned()));
        }
        let settings = Self {
            max_body: size(&words)?,
            public_url: address(&words, "public_url")?,
            replay_window: seconds(&words, "replay_window")?,
            alert_from: parsed(&words, "alert_from")?,
            words,
        };
        parsed::<Severity>(&settings.words, "unreadable")?;
        settings.recipes(pack)?;
        Ok(settings)
    }

    /// Stored settings verbatim, as text.
    pub fn words_of(stored: &Map<String, Value>) -> BTreeMap<String, String> {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        stored.iter().map(|(key, value)| (key.clone(), text(value))).collect()
    }

    /// Parses stored settings; those that are no longer valid are dropped.
    pub fn stored(pack: &Pack, stored: &Map<String, Value>) -> Self {
        let words = Self::words_of(stored);
        Self::read(pack, words.clone()).unwrap_or_else(|_| Self {
            max_body: size(&words).ok().flatten(),
            replay_window: seconds(&words, "replay_window").ok().flatten(),
            alert_from: parsed(&words, "alert_from").ok().flatten(),
            public_url: address(&words, "public_url").ok().flatten(),
            words,
        })
    }

    /// Whether the settings choose a token scheme, where the secret is sent and nothing is signed.
    fn sends_its_secret(&self, pack: &Pack) -> bool {
        let can = pack.verify.iter().any(|recipe| recipe.scheme == Scheme::Token);
        can && pack.settings.iter().any(|key| key == "auth") && self.words.contains_key("auth")
    }

    /// The pack's recipes with the source's settings applied.
    pub fn recipes(&self, pack: &Pack) -> Result<Vec<Recipe>, Wrong> {
        let mut recipes = pack.verify.clone();
        if self.sends_its_secret(pack) {
            recipes.retain(|recipe| recipe.scheme == Scheme::Token);
        }
        for recipe in &mut recipes {
            for key in &pack.settings {
                if let Some(word) = self.words.get(key) {
                    change(recipe, key, word).map_err(|why| (key.clone(), why))?;
                }
            }
            recipe.check().map_err(|why| ("template".to_owned(), why))?;
        }
        Ok(recipes)
    }
}

fn change(recipe: &mut Recipe, key: &str, word: &str) -> Result<(), String> {
    let some = || Some(word.to_owned()).filter(|word| !word.is_empty());
    match key {
        "header" => recipe.headers = vec![header_name(word)?],
        "auth" => recipe.auth = Some(variant(word)?),
        "user" => recipe.user = some(),
        "algorithm" => recipe.algorithm = variant(word)?,
        "encoding" => recipe.encoding = variant(word)?,
        "key" => recipe.key = variant(word)?,
        "prefix" => recipe.prefix = word.to_owned(),
        "template" => recipe.template = word.to_owned(),
        "separator" => recipe.separator = some(),
        "timestamp_header" => recipe.stamp_by(word),
        "id_header" => recipe.id_header = some(),
        key if FIELDS.iter().any(|(field, _)| *field == key) => check_path(word)?,
        "tolerance" => recipe.tolerance = word.parse().map_err(|_| "must be a number of seconds".to_owned())?,
        _ => {}
    }
    Ok(())
}

fn header_name(word: &str) -> Result<String, String> {
    let token = |c: char| c.is_ascii_alphanumeric() || "-_.!#$%&'*+^`|~".contains(c);
    if !word.is_empty() && word.chars().all(token) {
        Ok(word.to_owned())
    } else {
        Err("must be a header name".to_owned())
    }
}

/// Parses an enum value of a recipe; serde's error lists the valid values.
fn variant<T: serde::de::DeserializeOwned>(word: &str) -> Result<T, String> {
    serde_json::from_value(Value::String(word.to_owned())).map_err(|error| error.to_string())
}

fn number<T: FromStr>(words: &BTreeMap<String, String>, key: &str) -> Result<Option<T>, Wrong> {
    let wrong = |_| (key.to_owned(), "must be a whole number".to_owned());
    words.get(key).map(|word| word.parse()).transpose().map_err(wrong)
}

/// Size of a body in bytes.
fn size(words: &BTreeMap<String, String>) -> Result<Option<u64>, Wrong> {
    match number(words, "max_body")? {
        Some(bytes) if bytes > LARGEST_BODY => {
            Err(("max_body".to_owned(), format!("must be at most {LARGEST_BODY} bytes")))
        }
        bytes => Ok(bytes),
    }
}

/// An http or https URL, kept verbatim, since it is part of the signed content.
fn address(words: &BTreeMap<String, String>, key: &str) -> Result<Option<String>, Wrong> {
    let is_one = |url: &Url| ["http", "https"].contains(&url.scheme()) && url.host().is_some();
    match words.get(key).filter(|word| !word.is_empty()) {
        Some(word) if Url::parse(word).is_ok_and(|url| is_one(&url)) => Ok(Some(word.clone())),
        Some(_) => Err((key.to_owned(), "must be an http:// or https:// URL".to_owned())),
        None => Ok(None),
    }
}

/// A duration in seconds; 0 means none.
fn seconds(words: &BTreeMap<String, String>, key: &str) -> Result<Option<i64>, Wrong> {
    match number::<u32>(words, key)? {
        Some(seconds) if seconds > MAX_WINDOW => Err((key.to_owned(), format!("must be at most {MAX_WINDOW} seconds"))),
        seconds => Ok(seconds.filter(|seconds| *seconds > 0).map(i64::from)),
    }
}

fn parsed<T: FromStr<Err = String>>(words: &BTreeMap<String, String>, key: &str) -> Result<Option<T>, Wrong> {
    words.get(key).map(|word| word.parse()).transpose().map_err(|why| (key.to_owned(), why))
}

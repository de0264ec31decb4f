//! One provider's pack, read from its TOML file.

use serde::Deserialize;

use super::identify::Identify;
use super::map::Mapper;
use super::recipe::Recipe;
use super::rule::{Cap, Fields, Rule};

/// 1 MiB: the largest body where neither pack nor source says otherwise.
pub const MAX_BODY: u64 = 1024 * 1024;

/// A provider, ready to verify, identify and map.
#[derive(Debug)]
pub struct Pack {
    /// The file's name without `.toml`.
    pub id: String,
    pub name: String,
    /// Largest body in bytes.
    pub max_body: u64,
    /// What to do at the provider; `{url}` stands for the source's URL.
    pub steps: Vec<String>,
    /// Names of settings beside the common ones.
    pub settings: Vec<String>,
    pub verify: Recipe,
    pub identify: Identify,
    pub mapper: Mapper,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    /// Slug of its mark in simple-icons; the dashboard keeps its own list.
    #[serde(default, rename = "mark")]
    _mark: String,
    #[serde(default = "max_body")]
    max_body: u64,
    #[serde(default)]
    steps: Vec<String>,
    #[serde(default)]
    settings: Vec<String>,
    verify: Recipe,
    identify: Identify,
    default: Fields,
    #[serde(default)]
    cap: Option<Cap>,
    #[serde(default)]
    rule: Vec<Rule>,
}

impl Pack {
    /// Reads and checks a pack; the error names line and reason.
    pub fn parse(id: &str, toml: &str) -> Result<Self, String> {
        let file: File = toml::from_str(toml).map_err(|error| error.to_string())?;
        file.verify.check()?;
        Ok(Self {
            id: id.to_owned(),
            mapper: Mapper::compile(&file.default, &file.rule, file.cap.as_ref())?,
            name: file.name,
            max_body: file.max_body,
            steps: file.steps,
            settings: file.settings,
            verify: file.verify,
            identify: file.identify,
        })
    }

    /// Where type and id stand, with what a source's settings name.
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

const fn max_body() -> u64 {
    MAX_BODY
}

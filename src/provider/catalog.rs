//! All provider packs: the embedded ones, overridden by those in the user's own folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rust_embed::RustEmbed;

use super::pack::Pack;

#[derive(RustEmbed)]
#[folder = "providers"]
#[include = "*.toml"]
#[include = "*/*.json"]
#[exclude = "*/vectors.toml"]
struct Embedded;

/// Packs by id.
#[derive(Clone, Debug)]
pub struct Catalog {
    packs: Arc<BTreeMap<String, Arc<Pack>>>,
}

impl Catalog {
    /// Loads every pack. An invalid one is reported (file, line and reason) and skipped; the others are loaded.
    pub fn load(own: Option<&Path>) -> (Self, Vec<String>) {
        let mut complaints = Vec::new();
        let own = own.map(|folder| files(folder, &mut complaints)).unwrap_or_default();
        let (mut packs, bad) = parse_all(embedded().collect());
        complaints.extend(bad);
        if !own.is_empty() {
            // If a user's own pack is invalid, the embedded pack of the same name stays in use.
            let (own, bad) = parse_all(embedded().chain(own).collect());
            packs.extend(own);
            complaints.extend(bad);
        }
        (Self { packs: Arc::new(packs) }, complaints)
    }

    /// The pack with that id.
    pub fn find(&self, id: &str) -> Option<&Arc<Pack>> {
        self.packs.get(id)
    }

    /// Every pack, ordered by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Pack>> {
        self.packs.values()
    }
}

/// Parses a pack from a file; others that it names are beside it or embedded. An error says file, line and reason.
pub fn read_pack(path: &Path) -> Result<Arc<Pack>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let file = path.display().to_string();
    let beside = files(path.parent().unwrap_or(Path::new(".")), &mut Vec::new());
    let (mut packs, complaints) = parse_all(embedded().chain(beside).chain([(file.clone(), text)]).collect());
    let mine = packs.remove(&id(&file));
    mine.ok_or_else(|| complaints.into_iter().find(|why| why.starts_with(&file)).unwrap_or_default())
}

/// The sample payload of an event type, such as `push` of `github`.
pub fn fixture(provider: &str, event_type: &str) -> Option<Vec<u8>> {
    Embedded::get(&format!("{provider}/{event_type}.json")).map(|file| file.data.into_owned())
}

/// Preferred sample event types: they demonstrate the mapping without causing alarm.
const HARMLESS: [&str; 4] = ["ping", "push", "checkout.session.completed", "deploy"];

/// The event type of a provider's sample: a harmless one, else the first by name.
pub fn sample_type(provider: &str) -> Option<String> {
    let start = format!("{provider}/");
    let types: BTreeSet<String> = Embedded::iter()
        .filter_map(|file| Some(file.strip_prefix(&start)?.strip_suffix(".json")?.to_owned()))
        .collect();
    let harmless = HARMLESS.iter().find(|name| types.contains(**name)).map(|name| (*name).to_owned());
    harmless.or_else(|| types.first().cloned())
}

/// Every sample: provider, event type, payload.
#[cfg(test)]
pub fn samples() -> Vec<(String, String, Vec<u8>)> {
    let sample = |file: std::borrow::Cow<'static, str>| {
        let (provider, event_type) = file.strip_suffix(".json")?.split_once('/')?;
        Some((provider.to_owned(), event_type.to_owned(), fixture(provider, event_type)?))
    };
    Embedded::iter().filter_map(sample).collect()
}

/// The test vectors of every pack, read from the source tree.
#[cfg(test)]
pub fn vector_files() -> Vec<(String, String)> {
    let folders = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/providers")).unwrap();
    let read = |entry: std::fs::DirEntry| {
        let text = std::fs::read_to_string(entry.path().join("vectors.toml")).ok()?;
        Some((entry.file_name().into_string().ok()?, text))
    };
    folders.filter_map(|entry| read(entry.unwrap())).collect()
}

/// Parses packs and returns the errors of the invalid ones. If two files have the same name, the last one is used.
fn parse_all(files: Vec<(String, String)>) -> (BTreeMap<String, Arc<Pack>>, Vec<String>) {
    let files: BTreeMap<String, (String, String)> =
        files.into_iter().map(|(file, text)| (id(&file), (file, text))).collect();
    let other = |name: &str| files.get(name).map(|(_, text)| text.as_str());
    let (mut packs, mut complaints) = (BTreeMap::new(), Vec::new());
    for (id, (file, text)) in &files {
        match Pack::parse(id, text, other) {
            Ok(pack) => drop(packs.insert(id.clone(), Arc::new(pack))),
            Err(why) => complaints.push(format!("{file}: {why}")),
        }
    }
    (packs, complaints)
}

fn id(file: &str) -> String {
    file.rsplit('/').next().unwrap_or(file).trim_end_matches(".toml").to_owned()
}

fn embedded() -> impl Iterator<Item = (String, String)> {
    Embedded::iter().filter(|file| file.ends_with(".toml")).filter_map(|file| {
        let text = String::from_utf8(Embedded::get(&file)?.data.into_owned()).ok()?;
        Some((file.into_owned(), text))
    })
}

fn files(folder: &Path, complaints: &mut Vec<String>) -> Vec<(String, String)> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            complaints.push(format!("PROVIDERS_DIR {}: {error}", folder.display()));
            return Vec::new();
        }
    };
    let mut files = Vec::new();
    for path in
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|p| p.extension().is_some_and(|e| e == "toml"))
    {
        match std::fs::read_to_string(&path) {
            Ok(text) => files.push((path.display().to_string(), text)),
            Err(error) => complaints.push(format!("{}: {error}", path.display())),
        }
    }
    files
}

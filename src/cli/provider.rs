//! `opscenter provider`: tries a provider pack on its samples.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Subcommand;

use crate::clock::Clock;
use crate::provider::{Delivery, Draft, Pack, json_text, read_pack, sample_headers};

#[derive(Debug, Subcommand)]
pub enum ProviderCommand {
    /// Parse a pack, map the samples in the folder beside it, and print their alerts
    Test {
        /// The pack, such as packs/my-monitor.toml; its samples are packs/my-monitor/EVENT-TYPE.json
        file: PathBuf,
    },
}

impl ProviderCommand {
    /// Fails if the pack is invalid, or if one of its templates fails on a sample.
    pub fn run(self) -> anyhow::Result<()> {
        let Self::Test { file } = self;
        let pack = read_pack(&file).map_err(anyhow::Error::msg)?;
        let samples = samples(&file.with_extension(""))?;
        let mut failed = 0;
        for (event_type, body) in &samples {
            say!("== {event_type}");
            failed += usize::from(!test(&pack, event_type, body));
        }
        say!("{}: {} samples, {failed} failed", pack.id, samples.len());
        anyhow::ensure!(failed == 0, "{failed} of {} samples could not be mapped", samples.len());
        Ok(())
    }
}

/// Prints the alerts of a sample; returns whether all templates could be rendered.
fn test(pack: &Pack, event_type: &str, body: &[u8]) -> bool {
    let headers = sample_headers(&pack.identify, event_type, "sample");
    let header = |name: &str| {
        headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    };
    let found = pack.identify.look(header, &json_text(&pack.content_type, body)).event_type;
    if found != event_type {
        say!("event type: {found}");
    }
    let (settings, source) = (Default::default(), pack.name.as_str());
    let (content_type, payload) = (pack.content_type.as_str(), body);
    let received = Clock::System.now();
    let delivery = Delivery { event_type, content_type, payload, source, settings: &settings, received };
    let (drafts, _) = pack.mapper.map(&delivery);
    drafts.iter().for_each(|draft: &Draft| say!("{draft}\n"));
    drafts.iter().all(|draft| draft.fallback.is_none())
}

/// Event types and bodies, in the order of their names.
fn samples(folder: &Path) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("no samples in {}", folder.display()))?;
    let mut samples = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let event_type = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            samples.push((event_type, std::fs::read(&path)?));
        }
    }
    samples.sort();
    Ok(samples)
}

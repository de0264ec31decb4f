//! `opscenter doctor`: what is set up, and what is wrong with it.

use std::sync::Arc;

use app::types::CheckStatus;

use crate::clock::Clock;
use crate::config::{Config, given};
use crate::crypto::key_path;
use crate::db::sqlite_path;
use crate::ops::Ops;
use crate::provider::Catalog;
use crate::sources::Found;

/// Prints one line per check; exit 1 if any is wrong.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let mut report = Report::default();
    config.from_aliases.iter().for_each(|line| report.good(line.clone()));
    check_urls(&config, &mut report);
    check_files(&config, &mut report);
    let (catalog, complaints) = Catalog::load(config.providers_dir());
    report.good(format!("{} provider packs", catalog.iter().count()));
    complaints.into_iter().for_each(|complaint| report.bad(format!("invalid pack skipped: {complaint}")));
    match Ops::open(config, Clock::System).await {
        Ok(ops) => check_ops(&Arc::new(ops), &mut report).await?,
        Err(error) => report.bad(format!("{error:#}")),
    }
    anyhow::ensure!(report.wrong == 0, "{} of {} checks failed", report.wrong, report.all);
    Ok(())
}

#[derive(Default)]
struct Report {
    all: usize,
    wrong: usize,
}

impl Report {
    fn good(&mut self, text: String) {
        self.all += 1;
        say!("ok    {text}");
    }

    fn bad(&mut self, text: String) {
        self.all += 1;
        self.wrong += 1;
        say!("WRONG {text}");
    }

    fn note(&self, text: &str) {
        say!("note  {text}");
    }
}

fn check_urls(config: &Config, report: &mut Report) {
    let url = config.app_url();
    match url.split_once("://") {
        Some(("http" | "https", host)) if !host.is_empty() => report.good(format!("APP_URL {url}")),
        _ => report.bad(format!("APP_URL must begin with http:// or https://, not '{url}'")),
    }
    if url.starts_with("http://") && !config.listen.ip().is_loopback() {
        report.note("APP_URL uses plain HTTP on a public address: passwords and sessions are sent unencrypted");
    }
    if let Some(Err(why)) = given(&config.smtp_url).map(crate::notify::check_smtp_url) {
        report.bad(why);
    }
    if config.redis_url().is_none() && sqlite_path(&config.database_url).is_none() {
        report.note("REDIS_URL is not set: with several nodes, each polls the database for work");
    }
}

/// Files that hold secrets are for us alone.
fn check_files(config: &Config, report: &mut Report) {
    use std::os::unix::fs::PermissionsExt;
    let database = sqlite_path(&config.database_url);
    let key = database.as_deref().filter(|_| config.app_key().is_none()).map(key_path);
    for path in [key, database, Some(".env".into())].into_iter().flatten() {
        let Ok(found) = path.metadata() else { continue };
        if found.permissions().mode() & 0o077 != 0 {
            report.bad(format!("{} is readable by other users: run chmod 600", path.display()));
        }
    }
}

async fn check_ops(ops: &Ops, report: &mut Report) -> anyhow::Result<()> {
    report.good(format!("database {}, APP_KEY matches", ops.db.version().await?));
    let health = crate::overview::health(ops).await;
    match health.checks.bus.status {
        CheckStatus::Down => report.bad(format!("Redis: {}", health.checks.bus.detail)),
        _ => report.good(format!("bus: {}", health.checks.bus.detail)),
    }
    let sources = ops.db.list_sources().await?;
    for source in &sources {
        match ops.sources.find(&source.slug).await? {
            Some(Found::Broken(broken)) => report.bad(format!("source {} cannot be used: {}", source.slug, broken.why)),
            _ => report.good(format!("source {} ({})", source.slug, source.provider)),
        }
    }
    if sources.is_empty() {
        report.note("no sources yet: run `opscenter source add` or `opscenter seed`");
    }
    for channel in ops.channels.list().await?.iter().filter(|channel| channel.channel.is_active) {
        let name = format!("channel {} ({})", channel.channel.name, channel.channel.kind);
        match (crate::notify::check(ops, channel).await, &channel.channel.broken_reason) {
            (Ok(_), Some(reason)) => report.bad(format!("{name}: broken, {reason}")),
            (Ok(words), None) => report.good(format!("{name}: {words}")),
            (Err(why), _) => report.bad(format!("{name}: {why}")),
        }
    }
    if !ops.db.has_admin().await? {
        report.note("no admin yet: `opscenter serve` prints a setup link");
    }
    Ok(())
}

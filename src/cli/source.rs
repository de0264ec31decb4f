//! `opscenter source`: who may send webhooks.

use std::collections::BTreeMap;

use app::backend::Sources;
use app::types::{Actor, CreatedSource, NewSource, time};
use clap::{Args, Subcommand};

use super::{open, read_line, sentence};
use crate::config::Config;
use crate::dashboard::Dashboard;

#[derive(Debug, Subcommand)]
pub enum SourceCommand {
    /// Add a source
    Add(Add),
    /// List all sources
    List,
    /// Accept webhooks again
    Enable { slug: String },
    /// Stop accepting webhooks (responds 404) until enabled again
    Disable { slug: String },
    /// Set a new secret; the old one stays valid for a day
    Rotate {
        slug: String,
        #[command(flatten)]
        secret: Secret,
        /// Hours the old secret stays valid
        #[arg(long, default_value_t = 24)]
        keep_hours: i64,
    },
    /// Remove a source and all its events and alerts
    Remove { slug: String },
}

#[derive(Args, Debug)]
pub struct Add {
    /// Last part of the URL: 1 to 63 of a-z, 0-9 and -
    slug: String,
    /// Name of the provider's pack, such as github, stripe or generic
    #[arg(long)]
    provider: String,
    /// Display name [default: the provider's]
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    secret: Secret,
    /// A setting of the source, such as algorithm=sha512; may be given several times
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = key_value)]
    settings: Vec<(String, String)>,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub struct Secret {
    /// The secret (visible to other local users while the command runs)
    #[arg(long)]
    secret: Option<String>,
    /// Read the secret from stdin, one line
    #[arg(long)]
    secret_stdin: bool,
    /// Generate a secret and print it once
    #[arg(long)]
    generate_secret: bool,
}

impl Secret {
    /// None if one is to be generated.
    fn read(self) -> anyhow::Result<Option<String>> {
        if self.generate_secret {
            return Ok(None);
        }
        let secret = if self.secret_stdin { read_line("secret")? } else { self.secret.unwrap_or_default() };
        anyhow::ensure!(!secret.is_empty(), "secret: must not be empty");
        Ok(Some(secret))
    }
}

fn key_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("must be KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

impl SourceCommand {
    pub async fn run(self, config: Config) -> anyhow::Result<()> {
        let (dashboard, actor) = open(config).await?;
        match self {
            Self::Add(add) => add.run(&dashboard, &actor).await,
            Self::List => list(&dashboard, &actor).await,
            Self::Enable { slug } => set_active(&dashboard, &actor, &slug, true).await,
            Self::Disable { slug } => set_active(&dashboard, &actor, &slug, false).await,
            Self::Rotate { slug, secret, keep_hours } => rotate(&dashboard, &actor, &slug, secret, keep_hours).await,
            Self::Remove { slug } => {
                dashboard.remove_source(&actor, &slug).await.map_err(sentence)?;
                say!("{slug}: removed");
                Ok(())
            }
        }
    }
}

impl Add {
    async fn run(self, dashboard: &Dashboard, actor: &Actor) -> anyhow::Result<()> {
        let is_generated = self.secret.generate_secret;
        let new = NewSource {
            slug: self.slug,
            provider: self.provider,
            name: self.name,
            secret: self.secret.read()?,
            settings: self.settings.into_iter().collect::<BTreeMap<_, _>>(),
        };
        let created = dashboard.create_source(actor, new).await.map_err(sentence)?;
        print_created(&created, is_generated);
        Ok(())
    }
}

/// A generated secret is shown, a given one is known.
fn print_created(created: &CreatedSource, show_secret: bool) {
    say!("{}\t{}", created.source.slug, created.url);
    if show_secret {
        say!("secret\t{}", created.secret);
    }
    created.warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
}

async fn list(dashboard: &Dashboard, actor: &Actor) -> anyhow::Result<()> {
    for source in dashboard.list_sources(actor).await.map_err(sentence)? {
        let state = if source.is_active { "active" } else { "disabled" };
        say!("{}\t{}\t{state}\t{}", source.slug, source.provider, dashboard.ops.config.webhook_url(&source.slug));
    }
    Ok(())
}

async fn set_active(dashboard: &Dashboard, actor: &Actor, slug: &str, active: bool) -> anyhow::Result<()> {
    dashboard.set_source_active(actor, slug, active).await.map_err(sentence)?;
    say!("{slug}: {}", if active { "enabled" } else { "disabled" });
    Ok(())
}

async fn rotate(
    dashboard: &Dashboard,
    actor: &Actor,
    slug: &str,
    secret: Secret,
    keep_hours: i64,
) -> anyhow::Result<()> {
    anyhow::ensure!((0..=24 * 365).contains(&keep_hours), "keep-hours: must be 0 to 8760");
    let is_generated = secret.generate_secret;
    let created =
        dashboard.rotate_source(actor, slug, secret.read()?, keep_hours * time::HOUR).await.map_err(sentence)?;
    print_created(&created, is_generated);
    Ok(())
}

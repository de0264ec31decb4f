//! `opscenter send`: one signed webhook to a running server.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::open;
use super::post::{Sender, client};
use crate::config::Config;
use crate::dashboard::Dashboard;
use crate::provider::{Settings, clean_line, fixture};

#[derive(Args, Debug)]
pub struct Send {
    /// Slug of the source
    source: String,
    /// Event type, such as push or invoice.payment_failed
    #[arg(long)]
    event: String,
    /// Body to send [default: a sample of this type]
    #[arg(long)]
    file: Option<PathBuf>,
    /// Where to post [default: the source's address]
    #[arg(long)]
    url: Option<String>,
}

impl Send {
    /// Prints the server's answer; an answer other than 200 is an error.
    pub async fn run(self, config: Config) -> anyhow::Result<()> {
        let (dashboard, _) = open(config).await?;
        let sender = sender(&dashboard, &self.source).await?;
        let body = match &self.file {
            Some(path) => std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?,
            None => {
                let sample = fixture(&sender.pack.id, &self.event);
                sender.fresh(
                    &sample.with_context(|| format!("no sample for {} {}: use --file", sender.pack.id, self.event))?,
                )
            }
        };
        let url = self.url.clone().unwrap_or_else(|| dashboard.ops.config.webhook_url(&self.source));
        let (status, answer) = sender.post(&client()?, &url, &self.event, body).await?;
        anyhow::ensure!(
            status == 200 || status == sender.pack.accepted_status,
            "the server responded {status}: {}",
            clean_line(&answer, 500)
        );
        say!("{answer}");
        Ok(())
    }
}

/// A source with its secret, for signing on the machine that holds the key.
pub async fn sender<'a>(dashboard: &'a Dashboard, slug: &'a str) -> anyhow::Result<Sender<'a>> {
    let source = dashboard.ops.db.find_source(slug).await?.with_context(|| format!("no such source: {slug}"))?;
    let pack = dashboard
        .ops
        .catalog
        .find(&source.provider)
        .with_context(|| format!("no such provider pack: {}", source.provider))?;
    let secret = dashboard.source_secret(slug).await.map_err(super::sentence)?;
    Ok(Sender { ops: &dashboard.ops, slug, settings: Settings::stored(pack, &source.settings), pack, secret })
}

//! `opscenter quarantine`: refused requests, and verifying them again once their cause is mended.

use app::backend::Quarantine;
use app::types::{Actor, QuarantineQuery, RefusedSelection, time};
use clap::{Args, Subcommand};

use super::{open, sentence};
use crate::config::Config;
use crate::dashboard::Dashboard;

#[derive(Debug, Subcommand)]
pub enum QuarantineCommand {
    /// List rejected requests, newest first: id, time, source, address, reason
    List {
        /// Only those of this source
        #[arg(long)]
        source: Option<String>,
        /// Maximum number of lines
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=200))]
        limit: i64,
    },
    /// Verify again with the current secrets; valid requests become events
    Retry(Retry),
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub struct Retry {
    /// IDs of rejected requests
    ids: Vec<i64>,
    /// All requests of this source
    #[arg(long)]
    source: Option<String>,
    /// All
    #[arg(long)]
    all: bool,
}

impl QuarantineCommand {
    pub async fn run(self, config: Config) -> anyhow::Result<()> {
        let (dashboard, actor) = open(config).await?;
        match self {
            Self::List { source, limit } => list(&dashboard, &actor, source, limit).await,
            Self::Retry(retry) => retry.run(&dashboard, &actor).await,
        }
    }
}

async fn list(dashboard: &Dashboard, actor: &Actor, source: Option<String>, limit: i64) -> anyhow::Result<()> {
    let query = QuarantineQuery { source, limit: Some(limit), ..QuarantineQuery::default() };
    for request in dashboard.list_refused(actor, query).await.map_err(sentence)?.items {
        let at = time::iso(request.created_at);
        let became = request.retried_event_id.map_or_else(String::new, |id| format!("\tnow event {id}"));
        say!("{}\t{at}\t{}\t{}\t{}{became}", request.id, request.source, request.ip_address, request.detail);
    }
    Ok(())
}

impl Retry {
    async fn run(self, dashboard: &Dashboard, actor: &Actor) -> anyhow::Result<()> {
        let filter = self.source.map(|slug| QuarantineQuery { source: Some(slug), ..QuarantineQuery::default() });
        let ids = Some(self.ids).filter(|ids| !ids.is_empty());
        let selection = RefusedSelection { ids, filter, all: self.all };
        let retried = dashboard.retry_refused(actor, selection).await.map_err(sentence)?;
        for one in &retried.results {
            match (&one.event_id, &one.detail) {
                (Some(event), _) => say!("{}\taccepted\tevent {event}", one.id),
                (None, Some(why)) => say!("{}\trefused\t{why}", one.id),
                (None, None) => say!("{}\tdropped\tthe handshake has expired", one.id),
            }
        }
        eprintln!("{} accepted, {} still rejected", retried.changed, retried.refused);
        Ok(())
    }
}

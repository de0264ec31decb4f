//! `opscenter token`: bearer tokens for the API.

use app::backend::Access;
use app::types::{Actor, NewToken, Role};
use clap::Subcommand;

use super::user::parse_role;
use super::{open, sentence};
use crate::config::Config;
use crate::dashboard::Dashboard;

#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Create a token and print it; it is shown only once
    Add {
        name: String,
        #[arg(long, value_parser = parse_role)]
        role: Role,
    },
    /// List all tokens, without their values
    List,
    /// Revoke a token
    Revoke { name: String },
}

impl TokenCommand {
    pub async fn run(self, config: Config) -> anyhow::Result<()> {
        let (dashboard, actor) = open(config).await?;
        match self {
            Self::Add { name, role } => add(&dashboard, &actor, NewToken { name, role }).await,
            Self::List => list(&dashboard, &actor).await,
            Self::Revoke { name } => revoke(&dashboard, &actor, name).await,
        }
    }
}

async fn add(dashboard: &Dashboard, actor: &Actor, new: NewToken) -> anyhow::Result<()> {
    let created = dashboard.create_token(actor, new).await.map_err(sentence)?;
    say!("{}", created.token);
    Ok(())
}

async fn list(dashboard: &Dashboard, actor: &Actor) -> anyhow::Result<()> {
    for token in dashboard.list_tokens(actor).await.map_err(sentence)? {
        say!("{}\t{}\t{}", token.name, token.role, if token.revoked_at.is_some() { "revoked" } else { "active" });
    }
    Ok(())
}

async fn revoke(dashboard: &Dashboard, actor: &Actor, name: String) -> anyhow::Result<()> {
    dashboard.revoke_token(actor, name.clone()).await.map_err(sentence)?;
    say!("{name}: revoked");
    Ok(())
}

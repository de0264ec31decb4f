//! `opscenter token`: bearer tokens for the API.

use app::types::Role;
use clap::Subcommand;
use serde_json::json;

use super::open;
use super::user::parse_role;
use crate::config::Config;
use crate::crypto::{random_token, token_hash};
use crate::dashboard::Dashboard;
use crate::db::{AuditEntry, Writer, is_unique_violation};
use crate::provider::clean_line;

#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Add a token and print it, this once and nothing else
    Add {
        name: String,
        #[arg(long, value_parser = parse_role)]
        role: Role,
    },
    /// List all tokens, without what they are
    List,
    /// Revoke a token
    Revoke { name: String },
}

impl TokenCommand {
    pub async fn run(self, config: Config) -> anyhow::Result<()> {
        let (dashboard, _) = open(config).await?;
        match self {
            Self::Add { name, role } => add(&dashboard, &name, role).await,
            Self::List => list(&dashboard).await,
            Self::Revoke { name } => revoke(&dashboard, &name).await,
        }
    }
}

async fn add(dashboard: &Dashboard, name: &str, role: Role) -> anyhow::Result<()> {
    anyhow::ensure!(!name.is_empty() && clean_line(name, 100) == name, "name: must be 1 to 100 printable characters");
    let (token, now) = (random_token("oct_"), dashboard.ops.now());
    let mut tx = dashboard.ops.db.begin(Writer::Person).await?;
    tx.insert_token(name, &token_hash(&token), role, now).await.map_err(|error| match error {
        error if is_unique_violation(&error) => anyhow::anyhow!("there is a token named {name} already"),
        error => error.into(),
    })?;
    tx.insert_audit(&AuditEntry {
        actor: "command",
        action: "token.create",
        subject: name,
        detail: json!({ "role": role }),
        now,
    })
    .await?;
    tx.commit().await?;
    say!("{token}");
    Ok(())
}

async fn list(dashboard: &Dashboard) -> anyhow::Result<()> {
    for token in dashboard.ops.db.list_tokens().await? {
        say!("{}\t{}\t{}", token.name, token.role, if token.revoked_at.is_some() { "revoked" } else { "active" });
    }
    Ok(())
}

async fn revoke(dashboard: &Dashboard, name: &str) -> anyhow::Result<()> {
    let now = dashboard.ops.now();
    let mut tx = dashboard.ops.db.begin(Writer::Person).await?;
    anyhow::ensure!(tx.revoke_token(name, now).await?, "there is no token {name} in force");
    let entry =
        AuditEntry { actor: "command", action: "token.revoke", subject: name, detail: serde_json::Value::Null, now };
    tx.insert_audit(&entry).await?;
    tx.commit().await?;
    say!("{name}: revoked");
    Ok(())
}

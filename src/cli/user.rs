//! `opscenter user`: people who may sign in.

use app::types::Role;
use clap::Subcommand;
use serde_json::json;

use super::{open, read_line, sentence};
use crate::config::Config;
use crate::crypto::hash_password;
use crate::dashboard::{Dashboard, check_email, check_new_password};
use crate::db::{AuditEntry, Tx, Writer, is_unique_violation};

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a user; the password is one line on stdin
    Add {
        email: String,
        #[arg(long, value_parser = parse_role)]
        role: Role,
        /// Read the password from stdin (the only way to give it)
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// List all users
    List,
    /// Set a user's password and end their sessions; the password is one line on stdin
    Password {
        email: String,
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Set a user's role
    Role {
        email: String,
        #[arg(value_parser = parse_role)]
        role: Role,
    },
    /// Shut a user out and end their sessions
    Disable { email: String },
}

/// A role's word, for every command that takes one.
pub fn parse_role(word: &str) -> Result<Role, String> {
    word.parse()
}

impl UserCommand {
    pub async fn run(self, config: Config) -> anyhow::Result<()> {
        let (dashboard, _) = open(config).await?;
        match self {
            Self::Add { email, role, .. } => add(&dashboard, &email, role).await,
            Self::List => list(&dashboard).await,
            Self::Password { email, .. } => password(&dashboard, &email).await,
            Self::Role { email, role } => set_role(&dashboard, &email, role).await,
            Self::Disable { email } => disable(&dashboard, &email).await,
        }
    }
}

async fn add(dashboard: &Dashboard, email: &str, role: Role) -> anyhow::Result<()> {
    let email = check_email(email).map_err(sentence)?;
    let hash = read_password().await?;
    let now = dashboard.ops.now();
    let mut tx = dashboard.ops.db.begin(Writer::Person).await?;
    let user = tx.insert_user(&email, &hash, role, now).await.map_err(|error| match error {
        error if is_unique_violation(&error) => anyhow::anyhow!("{email} is a user already"),
        error => error.into(),
    })?;
    audit(&mut tx, "user.create", &email, json!({ "role": role }), now).await?;
    tx.commit().await?;
    println!("{}\t{}", user.email, user.role);
    Ok(())
}

/// The hash of a password that is one line on stdin.
async fn read_password() -> anyhow::Result<String> {
    let password = read_line("password")?;
    check_new_password(&password).map_err(sentence)?;
    hash_password(password).await
}

async fn list(dashboard: &Dashboard) -> anyhow::Result<()> {
    for user in dashboard.ops.db.list_users().await? {
        println!("{}\t{}\t{}", user.email, user.role, if user.is_active { "active" } else { "disabled" });
    }
    Ok(())
}

async fn password(dashboard: &Dashboard, email: &str) -> anyhow::Result<()> {
    let email = check_email(email).map_err(sentence)?;
    let hash = read_password().await?;
    let now = dashboard.ops.now();
    let mut tx = dashboard.ops.db.begin(Writer::Person).await?;
    let found = tx.set_password(&email, &hash, now).await?;
    finish(dashboard, tx, found, "user.password", &email, now).await
}

async fn set_role(dashboard: &Dashboard, email: &str, role: Role) -> anyhow::Result<()> {
    let email = check_email(email).map_err(sentence)?;
    let now = dashboard.ops.now();
    let mut tx = dashboard.ops.db.begin(Writer::Person).await?;
    let found = tx.set_role(&email, role, now).await?;
    finish(dashboard, tx, found, "user.role", &email, now).await
}

async fn disable(dashboard: &Dashboard, email: &str) -> anyhow::Result<()> {
    let email = check_email(email).map_err(sentence)?;
    let now = dashboard.ops.now();
    let mut tx = dashboard.ops.db.begin(Writer::Person).await?;
    let found = tx.disable_user(&email, now).await?;
    finish(dashboard, tx, found, "user.disable", &email, now).await
}

/// Commits a change of a user that was found, and ends the user's sessions.
async fn finish(
    dashboard: &Dashboard,
    mut tx: Tx,
    found: bool,
    action: &str,
    email: &str,
    now: i64,
) -> anyhow::Result<()> {
    anyhow::ensure!(found, "there is no user {email}");
    audit(&mut tx, action, email, serde_json::Value::Null, now).await?;
    tx.commit().await?;
    dashboard.ops.db.delete_sessions_of(email).await?;
    println!("{email}: done");
    Ok(())
}

async fn audit(tx: &mut Tx, action: &str, subject: &str, detail: serde_json::Value, now: i64) -> anyhow::Result<()> {
    Ok(tx.insert_audit(&AuditEntry { actor: "command", action, subject, detail, now }).await?)
}

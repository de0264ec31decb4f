//! `opscenter user`: people who may sign in.

use app::types::Role;
use clap::Subcommand;
use serde_json::json;

use super::{open, read_line, sentence};
use crate::config::Config;
use crate::dashboard::{Dashboard, check_email, check_length, user_changed, weakness};
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
            Self::Role { email, role } => change(&dashboard, &email, Some(role), None).await,
            Self::Disable { email } => change(&dashboard, &email, None, Some(false)).await,
        }
    }
}

async fn add(dashboard: &Dashboard, email: &str, role: Role) -> anyhow::Result<()> {
    let email = check_email(email).map_err(sentence)?;
    let hash = read_password(dashboard, &email).await?;
    let now = dashboard.ops.now();
    let mut tx = dashboard.ops.db.begin(Writer::Person).await?;
    let user = tx.insert_user(&email, &hash, role, now).await.map_err(|error| match error {
        error if is_unique_violation(&error) => anyhow::anyhow!("{email} already exists"),
        error => error.into(),
    })?;
    audit(&mut tx, "user.create", &email, json!({ "role": role }), now).await?;
    tx.commit().await?;
    say!("{}\t{}", user.email, user.role);
    Ok(())
}

/// The hash of a password that is one line on stdin. Whoever may type it here owns the machine: a weak one is only warned of.
async fn read_password(dashboard: &Dashboard, email: &str) -> anyhow::Result<String> {
    let password = read_line("password")?;
    check_length(&password).map_err(sentence)?;
    if let Some(why) = weakness(&password, email) {
        eprintln!("warning: the password {why}");
    }
    dashboard.ops.passwords.hash(password).await.map_err(sentence)
}

async fn list(dashboard: &Dashboard) -> anyhow::Result<()> {
    for user in dashboard.ops.db.list_users().await? {
        say!("{}\t{}\t{}", user.email, user.role, if user.is_active { "active" } else { "disabled" });
    }
    Ok(())
}

async fn password(dashboard: &Dashboard, email: &str) -> anyhow::Result<()> {
    let email = check_email(email).map_err(sentence)?;
    let hash = read_password(dashboard, &email).await?;
    let now = dashboard.ops.now();
    let mut tx = dashboard.ops.db.begin(Writer::Person).await?;
    anyhow::ensure!(tx.set_password(&email, &hash, now).await?, "there is no user {email}");
    finish(tx, "user.password", &email, now).await
}

async fn change(dashboard: &Dashboard, email: &str, role: Option<Role>, is_active: Option<bool>) -> anyhow::Result<()> {
    let email = check_email(email).map_err(sentence)?;
    let now = dashboard.ops.now();
    let mut tx = dashboard.ops.db.begin(Writer::Person).await?;
    user_changed(tx.change_user(&email, role, is_active, now).await?).map_err(sentence)?;
    finish(tx, if role.is_some() { "user.role" } else { "user.disable" }, &email, now).await
}

/// Ends the user's sessions with the change itself.
async fn finish(mut tx: Tx, action: &str, email: &str, now: i64) -> anyhow::Result<()> {
    tx.delete_sessions_of(email).await?;
    audit(&mut tx, action, email, serde_json::Value::Null, now).await?;
    tx.commit().await?;
    say!("{email}: done");
    Ok(())
}

async fn audit(tx: &mut Tx, action: &str, subject: &str, detail: serde_json::Value, now: i64) -> anyhow::Result<()> {
    Ok(tx.insert_audit(&AuditEntry { actor: "command", action, subject, detail, now }).await?)
}

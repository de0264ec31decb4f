//! `opscenter user`: people who may sign in.

use app::backend::Access;
use app::types::{Actor, Role};
use clap::Subcommand;

use super::{open, read_line, sentence};
use crate::config::Config;
use crate::dashboard::{Dashboard, UserEdit, check_email, check_length, weakness};

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
    /// Disable a user and end their sessions
    Disable { email: String },
}

/// A role's word, for every command that takes one.
pub fn parse_role(word: &str) -> Result<Role, String> {
    word.parse()
}

impl UserCommand {
    pub async fn run(self, config: Config) -> anyhow::Result<()> {
        let (dashboard, actor) = open(config).await?;
        match self {
            Self::Add { email, role, .. } => add(&dashboard, &actor, &email, role).await,
            Self::List => list(&dashboard, &actor).await,
            Self::Password { email, .. } => {
                let email = check_email(&email).map_err(sentence)?;
                let password_hash = Some(read_password(&dashboard, &email).await?);
                edit(&dashboard, &actor, &email, UserEdit { password_hash, ..UserEdit::default() }).await
            }
            Self::Role { email, role } => {
                edit(&dashboard, &actor, &email, UserEdit { role: Some(role), ..UserEdit::default() }).await
            }
            Self::Disable { email } => {
                edit(&dashboard, &actor, &email, UserEdit { is_active: Some(false), ..UserEdit::default() }).await
            }
        }
    }
}

async fn add(dashboard: &Dashboard, actor: &Actor, email: &str, role: Role) -> anyhow::Result<()> {
    let email = check_email(email).map_err(sentence)?;
    let hash = read_password(dashboard, &email).await?;
    let user = dashboard.store_user(actor, &email, &hash, role).await.map_err(sentence)?;
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

async fn list(dashboard: &Dashboard, actor: &Actor) -> anyhow::Result<()> {
    for user in dashboard.list_users(actor).await.map_err(sentence)? {
        say!("{}\t{}\t{}", user.email, user.role, if user.is_active { "active" } else { "disabled" });
    }
    Ok(())
}

async fn edit(dashboard: &Dashboard, actor: &Actor, email: &str, edit: UserEdit) -> anyhow::Result<()> {
    let email = check_email(email).map_err(sentence)?;
    dashboard.edit_user(actor, &email, edit).await.map_err(sentence)?;
    say!("{email}: done");
    Ok(())
}

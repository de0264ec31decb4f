//! Server functions of the settings: password, users, tokens, the audit log and retention.

use leptos::prelude::*;

use crate::Error;
use crate::types::{Administration, AuditQuery, AuditRow, Page, Retention, Role};

/// Everything on the settings page that only admins may read.
#[server(prefix = "/rpc", endpoint = "settings/get")]
pub async fn get_administration() -> Result<Administration, Error> {
    super::with_status(administration().await)
}

#[cfg(feature = "ssr")]
async fn administration() -> Result<Administration, Error> {
    let (actor, backend) = super::asker()?;
    Ok(Administration {
        users: backend.list_users(&actor).await?,
        tokens: backend.list_tokens(&actor).await?,
        retention: backend.get_retention(&actor).await?,
        about: backend.get_about(&actor).await?,
    })
}

/// Changes the actor's own password and ends all their sessions.
#[server(prefix = "/rpc", endpoint = "settings/password")]
pub async fn change_password(
    /// The current password, required again.
    current: String,
    /// The new password, at least 12 characters.
    new: String,
) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.change_own_password(&actor, current, new).await)
}

/// Creates a user.
#[server(prefix = "/rpc", endpoint = "users/create")]
pub async fn create_user(
    /// Address to sign in with; also the name in the audit log.
    email: String,
    /// Role of the new user.
    role: Role,
    /// Initial password, at least 12 characters.
    password: String,
) -> Result<(), Error> {
    use crate::types::NewUser;
    let (actor, backend) = super::asker()?;
    super::with_status(backend.create_user(&actor, NewUser { email, role, password }).await.map(drop))
}

/// Changes role and access of a user; ends their sessions.
#[server(prefix = "/rpc", endpoint = "users/update")]
pub async fn update_user(
    /// Id of the user.
    id: i64,
    /// The new role.
    role: Role,
    /// Whether the user may sign in.
    is_active: bool,
) -> Result<(), Error> {
    use crate::types::UserUpdate;
    let (actor, backend) = super::asker()?;
    let update = UserUpdate { role: Some(role), is_active: Some(is_active), password: None };
    super::with_status(backend.update_user(&actor, id, update).await.map(drop))
}

/// Creates an API token and returns its value, which cannot be read again.
#[server(prefix = "/rpc", endpoint = "tokens/create")]
pub async fn create_token(
    /// Unique name, shown in the audit log as `token:NAME`.
    name: String,
    /// Role of the token.
    role: Role,
) -> Result<String, Error> {
    use crate::types::NewToken;
    let (actor, backend) = super::asker()?;
    let created = super::with_status(backend.create_token(&actor, NewToken { name, role }).await)?;
    super::flash::keep(super::flash::TOKEN, &created.token);
    Ok(created.token)
}

/// Revokes an API token permanently.
#[server(prefix = "/rpc", endpoint = "tokens/revoke")]
pub async fn revoke_token(
    /// Name of the token.
    name: String,
) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.revoke_token(&actor, name).await)
}

/// Replaces the retention settings.
#[server(prefix = "/rpc", endpoint = "settings/retention")]
pub async fn set_retention(
    /// Days per kind of data; 0 keeps it without limit.
    days: Retention,
) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.set_retention(&actor, days).await.map(drop))
}

/// A page of the audit log, newest first.
#[server(prefix = "/rpc", endpoint = "audit/list")]
pub async fn list_audit(
    /// Filters and cursor; the default is the first page.
    #[server(default)]
    query: AuditQuery,
) -> Result<Page<AuditRow>, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.list_audit(&actor, query).await)
}

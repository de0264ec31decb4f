//! Settings: users, tokens, the audit log, retention.

use leptos::prelude::*;

use crate::Error;
use crate::types::{Administration, AuditQuery, AuditRow, Page, Retention, Role};

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

#[server(prefix = "/rpc", endpoint = "settings/password")]
pub async fn change_password(current: String, new: String) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.change_own_password(&actor, current, new).await)
}

#[server(prefix = "/rpc", endpoint = "users/create")]
pub async fn create_user(email: String, role: Role, password: String) -> Result<(), Error> {
    use crate::types::NewUser;
    let (actor, backend) = super::asker()?;
    super::with_status(backend.create_user(&actor, NewUser { email, role, password }).await.map(drop))
}

#[server(prefix = "/rpc", endpoint = "users/update")]
pub async fn update_user(id: i64, role: Role, is_active: bool) -> Result<(), Error> {
    use crate::types::UserUpdate;
    let (actor, backend) = super::asker()?;
    let update = UserUpdate { role: Some(role), is_active: Some(is_active), password: None };
    super::with_status(backend.update_user(&actor, id, update).await.map(drop))
}

/// Returns the token; it cannot be read again.
#[server(prefix = "/rpc", endpoint = "tokens/create")]
pub async fn create_token(name: String, role: Role) -> Result<String, Error> {
    use crate::types::NewToken;
    let (actor, backend) = super::asker()?;
    let created = super::with_status(backend.create_token(&actor, NewToken { name, role }).await)?;
    super::flash::keep(super::flash::TOKEN, &created.token);
    Ok(created.token)
}

#[server(prefix = "/rpc", endpoint = "tokens/revoke")]
pub async fn revoke_token(name: String) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.revoke_token(&actor, name).await)
}

#[server(prefix = "/rpc", endpoint = "settings/retention")]
pub async fn set_retention(days: Retention) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.set_retention(&actor, days).await.map(drop))
}

#[server(prefix = "/rpc", endpoint = "audit/list")]
pub async fn list_audit(#[server(default)] query: AuditQuery) -> Result<Page<AuditRow>, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.list_audit(&actor, query).await)
}

//! Access: users, tokens, the audit log, retention and the effective configuration.

mod password;
mod system;
mod tokens;
mod users;

use app::backend::Access;
use app::types::{
    About, Actor, AuditQuery, AuditRow, CreatedToken, NewToken, NewUser, Page, Retention, Role, Token, User, UserUpdate,
};
use async_trait::async_trait;

use super::{Dashboard, public_error};
use crate::retention;

pub use password::{check_length, check_new_password, weakness};
pub use users::{UserEdit, check_email};

#[async_trait]
impl Access for Dashboard {
    async fn list_users(&self, actor: &Actor) -> app::Result<Vec<User>> {
        actor.require(Role::Admin)?;
        public_error(self.ops.db.list_users().await.map_err(Into::into))
    }

    async fn create_user(&self, actor: &Actor, new: NewUser) -> app::Result<User> {
        actor.require(Role::Admin)?;
        public_error(self.insert_user(actor, new).await)
    }

    async fn update_user(&self, actor: &Actor, id: i64, update: UserUpdate) -> app::Result<User> {
        actor.require(Role::Admin)?;
        public_error(self.change_user(actor, id, update).await)
    }

    async fn change_own_password(&self, actor: &Actor, current: String, new: String) -> app::Result<()> {
        actor.require(Role::Viewer)?;
        public_error(self.set_own_password(actor, current, new).await)
    }

    async fn list_tokens(&self, actor: &Actor) -> app::Result<Vec<Token>> {
        actor.require(Role::Admin)?;
        public_error(self.ops.db.list_tokens().await.map_err(Into::into))
    }

    async fn create_token(&self, actor: &Actor, new: NewToken) -> app::Result<CreatedToken> {
        actor.require(Role::Admin)?;
        public_error(self.insert_token(actor, new).await)
    }

    async fn revoke_token(&self, actor: &Actor, name: String) -> app::Result<()> {
        actor.require(Role::Admin)?;
        public_error(self.end_token(actor, &name).await)
    }

    async fn list_audit(&self, actor: &Actor, query: AuditQuery) -> app::Result<Page<AuditRow>> {
        actor.require(Role::Admin)?;
        public_error(self.audit_page(&query).await)
    }

    async fn get_retention(&self, actor: &Actor) -> app::Result<Retention> {
        actor.require(Role::Admin)?;
        public_error(retention::read(&self.ops).await.map_err(Into::into))
    }

    async fn set_retention(&self, actor: &Actor, days: Retention) -> app::Result<Retention> {
        actor.require(Role::Admin)?;
        public_error(self.write_retention(actor, days).await)
    }

    async fn get_about(&self, actor: &Actor) -> app::Result<About> {
        actor.require(Role::Admin)?;
        public_error(self.about().await)
    }
}

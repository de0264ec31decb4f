//! Users: made, changed, and their own passwords.

use app::Error;
use app::types::{Actor, NewUser, Role, User, UserUpdate};
use serde_json::{Value, json};

use crate::crypto::{hash_password, verify_password};
use crate::dashboard::Dashboard;
use crate::db::{Writer, is_unique_violation};
use crate::error::Result;

/// Shortest password of a person.
const MIN_PASSWORD: usize = 10;

impl Dashboard {
    pub(super) async fn insert_user(&self, actor: &Actor, new: NewUser) -> Result<User> {
        let email = check_email(&new.email)?;
        check_new_password(&new.password)?;
        let hash = hash_password(new.password).await?;
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        let user = tx.insert_user(&email, &hash, new.role, self.ops.now()).await.map_err(|error| match error {
            error if is_unique_violation(&error) => Error::invalid("email", "is a user already").into(),
            error => crate::error::Error::from(error),
        })?;
        self.audit(&mut tx, actor, "user.create", &email, json!({ "role": new.role })).await?;
        tx.commit().await?;
        Ok(user)
    }

    pub(super) async fn change_user(&self, actor: &Actor, id: i64, update: UserUpdate) -> Result<User> {
        let users = self.ops.db.list_users().await?;
        let user = users.iter().find(|user| user.id == id).ok_or_else(|| Error::not_found("user"))?;
        let is_admin = |user: &User| user.role == Role::Admin && user.is_active;
        let stays = update.role.unwrap_or(user.role) == Role::Admin && update.is_active.unwrap_or(user.is_active);
        if is_admin(user) && !stays && users.iter().filter(|user| is_admin(user)).count() == 1 {
            return Err(Error::invalid("role", "this is the last admin").into());
        }
        let hash = match update.password.clone() {
            Some(password) => {
                check_new_password(&password)?;
                Some(hash_password(password).await?)
            }
            None => None,
        };
        let now = self.ops.now();
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        if let Some(role) = update.role {
            tx.set_role(&user.email, role, now).await?;
        }
        if let Some(is_active) = update.is_active {
            tx.set_user_active(&user.email, is_active, now).await?;
        }
        if let Some(hash) = &hash {
            tx.set_password(&user.email, hash, now).await?;
        }
        let detail = json!({ "role": update.role, "is_active": update.is_active, "password": hash.is_some() });
        self.audit(&mut tx, actor, "user.update", &user.email, detail).await?;
        tx.commit().await?;
        if user.email != actor.name || update.is_active == Some(false) || hash.is_some() {
            self.ops.db.delete_sessions_of(&user.email).await?;
        }
        let users = self.ops.db.list_users().await?;
        Ok(users.into_iter().find(|user| user.id == id).ok_or_else(|| Error::not_found("user"))?)
    }

    pub(super) async fn set_own_password(&self, actor: &Actor, current: String, new: String) -> Result<()> {
        let found = self.ops.db.find_credentials(&actor.name).await?.ok_or_else(|| Error::not_found("user"))?;
        if !verify_password(current, Some(found.password_hash)).await? {
            return Err(Error::invalid("current", "is not your password").into());
        }
        check_new_password(&new).map_err(|error| Error::invalid("new", error.to_string()))?;
        let hash = hash_password(new).await?;
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        tx.set_password(&actor.name, &hash, self.ops.now()).await?;
        self.audit(&mut tx, actor, "user.password", &actor.name, Value::Null).await?;
        tx.commit().await?;
        // Whoever else was signed in with the old password is out, and this session with them.
        Ok(self.ops.db.delete_sessions_of(&actor.name).await?)
    }
}

/// An email in lower case, or what is wrong with it.
pub fn check_email(email: &str) -> app::Result<String> {
    let email = email.trim().to_lowercase();
    let sound = email.len() <= 254 && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    match email.split_once('@') {
        Some((name, host)) if sound && !name.is_empty() && !host.is_empty() && !host.contains('@') => Ok(email),
        _ => Err(Error::invalid("email", "is not an email address")),
    }
}

/// Long enough, and not too long to hash.
pub fn check_new_password(password: &str) -> app::Result<()> {
    match password.chars().count() {
        MIN_PASSWORD..=1024 => Ok(()),
        0..MIN_PASSWORD => Err(Error::invalid("password", format!("must have at least {MIN_PASSWORD} characters"))),
        _ => Err(Error::invalid("password", "must have at most 1024 characters")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_has_one_at() {
        assert_eq!(check_email(" Ann@Example.COM ").unwrap(), "ann@example.com");
        for bad in ["", "ann", "@example.com", "ann@", "a b@example.com", "a@b@c"] {
            assert!(check_email(bad).is_err(), "{bad}");
        }
    }
}

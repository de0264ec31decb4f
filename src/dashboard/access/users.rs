//! Users: creating and changing them, and changing one's own password.

use app::Error;
use app::types::{Actor, NewUser, Role, User, UserUpdate};
use serde_json::{Value, json};

use super::password::check_new_password;
use crate::dashboard::Dashboard;
use crate::db::{UserChange, Writer, is_unique_violation};
use crate::error::Result;
use crate::throttle::own_password_keys;

/// Changes to a user; the password is already hashed.
#[derive(Debug, Default)]
pub struct UserEdit {
    pub role: Option<Role>,
    pub is_active: Option<bool>,
    pub password_hash: Option<String>,
}

impl Dashboard {
    pub(super) async fn insert_user(&self, actor: &Actor, new: NewUser) -> Result<User> {
        let email = check_email(&new.email)?;
        check_new_password(&new.password, &email)?;
        let hash = self.ops.passwords.hash(new.password).await?;
        self.store_user(actor, &email, &hash, new.role).await
    }

    /// Creates a user; email and hash must be validated already.
    pub async fn store_user(&self, actor: &Actor, email: &str, hash: &str, role: Role) -> Result<User> {
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        let user = tx.insert_user(email, hash, role, self.ops.now()).await.map_err(|error| match error {
            error if is_unique_violation(&error) => Error::invalid("email", "belongs to another user").into(),
            error => crate::error::Error::from(error),
        })?;
        self.audit(&mut tx, actor, "user.create", email, json!({ "role": role })).await?;
        tx.commit().await?;
        Ok(user)
    }

    pub(super) async fn change_user(&self, actor: &Actor, id: i64, update: UserUpdate) -> Result<User> {
        let email = self.user(id).await?.email;
        let password_hash = match &update.password {
            Some(password) => Some(self.hash_new(password, &email).await?),
            None => None,
        };
        let edit = UserEdit { role: update.role, is_active: update.is_active, password_hash };
        self.edit_user(actor, &email, edit).await?;
        self.user(id).await
    }

    /// Changes a user and ends their sessions, in one transaction. The last admin cannot be demoted or disabled.
    pub async fn edit_user(&self, actor: &Actor, email: &str, edit: UserEdit) -> Result<()> {
        let now = self.ops.now();
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        user_changed(tx.change_user(email, edit.role, edit.is_active, now).await?)?;
        if let Some(hash) = &edit.password_hash {
            tx.set_password(email, hash, now).await?;
        }
        if email != actor.name || edit.is_active == Some(false) {
            tx.delete_sessions_of(email).await?;
        }
        if edit.is_active == Some(false) || edit.password_hash.is_some() {
            self.disable_pushes_of(&mut tx, email).await?;
        }
        let has_password = edit.password_hash.is_some();
        let detail = json!({ "role": edit.role, "is_active": edit.is_active, "password": has_password });
        self.audit(&mut tx, actor, "user.update", email, detail).await?;
        tx.commit().await?;
        self.ops.channels.invalidate();
        Ok(())
    }

    async fn user(&self, id: i64) -> Result<User> {
        let users = self.ops.db.list_users().await?;
        Ok(users.into_iter().find(|user| user.id == id).ok_or_else(|| Error::not_found("user"))?)
    }

    async fn hash_new(&self, password: &str, email: &str) -> Result<String> {
        check_new_password(password, email)?;
        self.ops.passwords.hash(password.to_owned()).await
    }

    /// Sets the actor's own password and ends every session of the user, including the current one.
    pub(super) async fn set_own_password(&self, actor: &Actor, current: String, new: String) -> Result<()> {
        check_new_password(&new, &actor.name).map_err(|error| Error::invalid("new", error.to_string()))?;
        self.check_own_password(actor, current).await?;
        let hash = self.ops.passwords.hash(new).await?;
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        tx.set_password(&actor.name, &hash, self.ops.now()).await?;
        self.disable_pushes_of(&mut tx, &actor.name).await?;
        self.audit(&mut tx, actor, "user.password", &actor.name, Value::Null).await?;
        tx.commit().await?;
        self.ops.channels.invalidate();
        Ok(())
    }

    /// Requires the current password, so that a hijacked session is not enough to change it.
    async fn check_own_password(&self, actor: &Actor, current: String) -> Result<()> {
        let keys = own_password_keys(&actor.name);
        let found = self.ops.db.find_credentials(&actor.name).await?.ok_or_else(|| Error::not_found("user"))?;
        self.ops.throttle.enter(&keys, self.ops.now())?;
        let fits = self.ops.passwords.verify(current, Some(found.password_hash)).await;
        if !fits.inspect_err(|_| self.ops.throttle.give_back(&keys))? {
            return Err(Error::invalid("current", "is not your password").into());
        }
        self.ops.throttle.succeeded(&keys);
        Ok(())
    }
}

/// The public error for a change that was not applied.
fn user_changed(change: UserChange) -> app::Result<()> {
    match change {
        UserChange::Done => Ok(()),
        UserChange::NoSuchUser => Err(Error::not_found("user")),
        UserChange::LastAdmin => Err(Error::invalid("role", "must stay admin: this is the last admin")),
    }
}

/// Validates an email address and converts it to lower case.
pub fn check_email(email: &str) -> app::Result<String> {
    let email = email.trim().to_lowercase();
    let sound = email.len() <= 254 && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    match email.split_once('@') {
        Some((name, host)) if sound && !name.is_empty() && !host.is_empty() && !host.contains('@') => Ok(email),
        _ => Err(Error::invalid("email", "is not an email address")),
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

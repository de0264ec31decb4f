//! Access: users, tokens, the audit log, retention, and what is in force.

use app::Error;
use app::backend::Access;
use app::types::{
    About, Actor, AuditQuery, AuditRow, CreatedToken, Cursor, NewToken, NewUser, Page, Retention, Role, Token, User,
    UserUpdate,
};
use async_trait::async_trait;
use serde_json::{Map, Value, json};

use super::{Dashboard, cursor, page_size, told};
use crate::config::given;
use crate::crypto::{hash_password, random_token, token_hash, verify_password};
use crate::db::{Writer, is_unique_violation};
use crate::error::Result;
use crate::provider::clean_line;
use crate::retention;

/// Shortest password of a person.
const MIN_PASSWORD: usize = 10;

/// Longest time that things are kept, in days.
const MAX_DAYS: i64 = 36_500;

#[async_trait]
impl Access for Dashboard {
    async fn list_users(&self, actor: &Actor) -> app::Result<Vec<User>> {
        actor.require(Role::Admin)?;
        told(self.ops.db.list_users().await.map_err(Into::into))
    }

    async fn create_user(&self, actor: &Actor, new: NewUser) -> app::Result<User> {
        actor.require(Role::Admin)?;
        told(self.insert_user(actor, new).await)
    }

    async fn update_user(&self, actor: &Actor, id: i64, update: UserUpdate) -> app::Result<User> {
        actor.require(Role::Admin)?;
        told(self.change_user(actor, id, update).await)
    }

    async fn change_own_password(&self, actor: &Actor, current: String, new: String) -> app::Result<()> {
        actor.require(Role::Viewer)?;
        told(self.set_own_password(actor, current, new).await)
    }

    async fn list_tokens(&self, actor: &Actor) -> app::Result<Vec<Token>> {
        actor.require(Role::Admin)?;
        told(self.ops.db.list_tokens().await.map_err(Into::into))
    }

    async fn create_token(&self, actor: &Actor, new: NewToken) -> app::Result<CreatedToken> {
        actor.require(Role::Admin)?;
        told(self.insert_token(actor, new).await)
    }

    async fn revoke_token(&self, actor: &Actor, name: String) -> app::Result<()> {
        actor.require(Role::Admin)?;
        told(self.end_token(actor, &name).await)
    }

    async fn list_audit(&self, actor: &Actor, query: AuditQuery) -> app::Result<Page<AuditRow>> {
        actor.require(Role::Admin)?;
        told(self.audit_page(&query).await)
    }

    async fn get_retention(&self, actor: &Actor) -> app::Result<Retention> {
        actor.require(Role::Admin)?;
        told(retention::read(&self.ops).await.map_err(Into::into))
    }

    async fn set_retention(&self, actor: &Actor, days: Retention) -> app::Result<Retention> {
        actor.require(Role::Admin)?;
        told(self.write_retention(actor, days).await)
    }

    async fn get_about(&self, actor: &Actor) -> app::Result<About> {
        actor.require(Role::Admin)?;
        told(self.about().await)
    }
}

impl Dashboard {
    async fn insert_user(&self, actor: &Actor, new: NewUser) -> Result<User> {
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

    async fn change_user(&self, actor: &Actor, id: i64, update: UserUpdate) -> Result<User> {
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

    async fn set_own_password(&self, actor: &Actor, current: String, new: String) -> Result<()> {
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

    async fn insert_token(&self, actor: &Actor, new: NewToken) -> Result<CreatedToken> {
        let name = clean_line(&new.name, 100);
        if name.trim().is_empty() || name != new.name {
            return Err(Error::invalid("name", "must be 1 to 100 printable characters").into());
        }
        let token = random_token("oct_");
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        tx.insert_token(&name, &token_hash(&token), new.role, self.ops.now()).await.map_err(|error| match error {
            error if is_unique_violation(&error) => Error::invalid("name", "is a token already").into(),
            error => crate::error::Error::from(error),
        })?;
        self.audit(&mut tx, actor, "token.create", &name, json!({ "role": new.role })).await?;
        tx.commit().await?;
        Ok(CreatedToken { name, role: new.role, token })
    }

    async fn end_token(&self, actor: &Actor, name: &str) -> Result<()> {
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        if !tx.revoke_token(name, self.ops.now()).await? {
            return Err(Error::not_found("token in force").into());
        }
        self.audit(&mut tx, actor, "token.revoke", name, Value::Null).await?;
        Ok(tx.commit().await?)
    }

    async fn audit_page(&self, query: &AuditQuery) -> Result<Page<AuditRow>> {
        let (limit, cursor) = (page_size(query.limit)?, cursor(query.cursor.as_deref())?);
        let rows = self.ops.db.list_audit(query, cursor, limit).await?;
        Ok(Page::cut(rows, limit, |row: &AuditRow| Cursor { created_at: row.created_at, id: row.id }))
    }

    async fn write_retention(&self, actor: &Actor, days: Retention) -> Result<Retention> {
        let all = [
            ("events", days.events),
            ("notifications", days.notifications),
            ("activity", days.activity),
            ("quarantine", days.quarantine),
        ];
        if let Some((field, _)) = all.iter().find(|(_, days)| !(0..=MAX_DAYS).contains(days)) {
            return Err(Error::invalid(*field, format!("must be 0 (for ever) to {MAX_DAYS} days")).into());
        }
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        retention::write(&mut tx, &days, self.ops.now()).await?;
        self.audit(&mut tx, actor, "retention.set", "retention", json!(days)).await?;
        tx.commit().await?;
        Ok(days)
    }

    async fn about(&self) -> Result<About> {
        let config = &self.ops.config;
        let is_set = |value: &Option<String>| Value::from(if given(value).is_some() { "set" } else { "not set" });
        let database = if crate::db::sqlite_path(&config.database_url).is_some() {
            config.database_url.clone()
        } else {
            "postgres://…".to_owned()
        };
        let configuration = Map::from_iter([
            ("APP_URL".to_owned(), config.app_url().into()),
            ("LISTEN".to_owned(), config.listen.to_string().into()),
            ("DATABASE_URL".to_owned(), database.into()),
            ("REDIS_URL".to_owned(), is_set(&config.redis_url)),
            ("REDIS_PREFIX".to_owned(), config.redis_prefix.clone().into()),
            (
                "PROVIDERS_DIR".to_owned(),
                config.providers_dir().map_or_else(|| "not set".into(), |path| path.display().to_string().into()),
            ),
            ("TELEGRAM_BOT_TOKEN".to_owned(), is_set(&config.telegram_bot_token)),
            ("SMTP_URL".to_owned(), is_set(&config.smtp_url)),
            ("MAIL_FROM".to_owned(), config.mail_from.clone().unwrap_or_default().into()),
            ("MAIL_TO".to_owned(), config.mail_to.clone().unwrap_or_default().into()),
            ("SLACK_WEBHOOK_URL".to_owned(), is_set(&config.slack_webhook_url)),
        ]);
        Ok(About {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            build: crate::build_id().to_owned(),
            started_at: self.ops.started_at,
            now: self.ops.now(),
            database: self.ops.db.version().await?,
            configuration,
        })
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

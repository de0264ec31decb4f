//! API tokens.

use app::Error;
use app::types::{Actor, CreatedToken, NewToken};
use serde_json::{Value, json};

use crate::crypto::{random_token, token_hash};
use crate::dashboard::Dashboard;
use crate::db::{Writer, is_unique_violation};
use crate::error::Result;
use crate::provider::clean_line;

impl Dashboard {
    pub(super) async fn insert_token(&self, actor: &Actor, new: NewToken) -> Result<CreatedToken> {
        let name = clean_line(&new.name, 100);
        if name.trim().is_empty() || name != new.name {
            return Err(Error::invalid("name", "must be 1 to 100 printable characters").into());
        }
        let token = random_token("oct_");
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        tx.insert_token(&name, &token_hash(&token), new.role, self.ops.now()).await.map_err(|error| match error {
            error if is_unique_violation(&error) => Error::invalid("name", "is in use by another token").into(),
            error => crate::error::Error::from(error),
        })?;
        self.audit(&mut tx, actor, "token.create", &name, json!({ "role": new.role })).await?;
        tx.commit().await?;
        Ok(CreatedToken { name, role: new.role, token })
    }

    pub(super) async fn end_token(&self, actor: &Actor, name: &str) -> Result<()> {
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        if !tx.revoke_token(name, self.ops.now()).await? {
            return Err(Error::not_found("active token").into());
        }
        self.audit(&mut tx, actor, "token.revoke", name, Value::Null).await?;
        Ok(tx.commit().await?)
    }
}

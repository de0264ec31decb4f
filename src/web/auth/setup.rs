//! First-run set-up: a one-time link creates the first admin.

use app::Error;
use app::types::Role;
use axum::extract::{Request, State};
use axum::response::Response;
use serde::Deserialize;

use super::form::{Origin, gate_again, read_form};
use super::session::{entry, start_session};
use crate::crypto::{random_id, random_token, token_hash};
use crate::dashboard::{check_email, check_new_password};
use crate::db::{Credentials, Writer, is_unique_violation};
use crate::error::Result;
use crate::network::network;
use crate::ops::Ops;
use crate::throttle::setup_keys;
use crate::web::Web;

/// Name of the setting that stores the hash of the set-up token.
const SETUP: &str = "setup_token";

/// The first-run form.
#[derive(Deserialize)]
pub struct Setup {
    token: String,
    email: String,
    password: String,
}

/// `POST /setup`: creates the first admin, once.
pub async fn setup(State(web): State<Web>, request: Request) -> Response {
    let (origin, form) = match read_form::<Setup>(&web, request).await {
        Ok(read) => read,
        Err(response) => return *response,
    };
    let set_up = async {
        let user = make_first_admin(&web.ops, &origin, &form).await?;
        start_session(&web.ops, &user, &origin, first_page(&web).await?).await
    };
    match set_up.await {
        Ok(response) => response,
        Err(error) => gate_again("/setup", &error.to_public(&random_id()), &[("token", &form.token)]),
    }
}

/// A source may be there already, as after `--demo`.
async fn first_page(web: &Web) -> Result<&'static str> {
    Ok(if web.ops.db.list_sources().await?.is_empty() { "/sources/new" } else { "/" })
}

async fn make_first_admin(ops: &Ops, origin: &Origin, form: &Setup) -> Result<Credentials> {
    let email = check_email(&form.email)?;
    check_new_password(&form.password, &email)?;
    check_link(ops, origin, &form.token).await?;
    let hash = ops.passwords.hash(form.password.clone()).await?;
    let now = ops.now();
    let mut tx = ops.db.begin(Writer::Person).await?;
    if tx.lock_admins().await? || !tx.delete_setting(SETUP, &token_hash(&form.token)).await? {
        return Err(spent().into());
    }
    let user = tx.insert_user(&email, &hash, Role::Admin, now).await.map_err(|error| match error {
        error if is_unique_violation(&error) => Error::invalid("email", "already exists").into(),
        error => crate::error::Error::from(error),
    })?;
    tx.insert_audit(&entry(&email, "user.set_up", &email, origin, now)).await?;
    tx.commit().await?;
    Ok(Credentials { id: user.id, email, password_hash: hash, is_active: true })
}

/// Checks the link before the password is hashed, so that only its holder can cause that work.
async fn check_link(ops: &Ops, origin: &Origin, token: &str) -> Result<()> {
    let keys = setup_keys(network(origin.ip));
    ops.throttle.enter(&keys, ops.now())?;
    if ops.db.find_setting(SETUP).await?.as_deref() != Some(&token_hash(token)) || ops.db.has_admin().await? {
        return Err(spent().into());
    }
    ops.throttle.give_back(&keys);
    Ok(())
}

fn spent() -> Error {
    Error::BadRequest("This link has already been used or was replaced when the server restarted.".to_owned())
}

/// Creates a new one-time link while no admin exists. It is printed to the terminal, never logged.
pub async fn setup_link(ops: &Ops) -> anyhow::Result<Option<String>> {
    if ops.db.has_admin().await? {
        return Ok(None);
    }
    let token = random_token("");
    let mut tx = ops.db.begin(Writer::Person).await?;
    tx.set_setting(SETUP, &token_hash(&token), ops.now()).await?;
    tx.commit().await?;
    Ok(Some(format!("{}/setup?token={token}", ops.config.app_url())))
}

//! `/api/v1/users`, `tokens`, `audit` and `retention`, for admins only.

use app::Error;
use app::backend::Access;
use app::types::Role::Admin;
use app::types::{
    Actor, AuditQuery, AuditRow, CreatedToken, NewToken, NewUser, Page, Retention, Token, User, UserUpdate,
};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Map, Value};

use super::endpoint::{self, Endpoint};
use super::{Filters, Id, answer, body, created, no_content, reply};
use crate::web::Web;

/// The endpoints and their roles.
pub fn endpoints() -> Vec<Endpoint> {
    const USER: &str = r#"{"email":"new@example.com","role":"viewer","password":"long enough 1"}"#;
    const DAYS: &str = r#"{"events":90,"notifications":180,"activity":180,"quarantine":7}"#;
    vec![
        endpoint::get("/users", Admin, "Users", users).gives::<Page<User>>(),
        endpoint::post("/users", Admin, "Add a user", create_user).takes::<NewUser>(USER).gives::<User>(),
        endpoint::patch("/users/{id}", Admin, "Update role, password or sign-in access", update_user)
            .takes::<UserUpdate>("{}")
            .gives::<User>(),
        endpoint::get("/tokens", Admin, "API tokens, without values", tokens).gives::<Page<Token>>(),
        endpoint::post("/tokens", Admin, "Create a token; its value is returned only once", create_token)
            .takes::<NewToken>(r#"{"name":"made-by-api","role":"viewer"}"#)
            .gives::<CreatedToken>(),
        endpoint::delete("/tokens/{name}", Admin, "Revoke a token", revoke_token),
        endpoint::get("/audit", Admin, "Audit log, newest first", audit)
            .filters(&["actor", "action", "subject"])
            .gives::<Page<AuditRow>>(),
        endpoint::get("/retention", Admin, "Retention in days", retention).gives::<Retention>(),
        endpoint::put("/retention", Admin, "Set the retention", set_retention)
            .takes::<Retention>(DAYS)
            .gives::<Retention>(),
    ]
}

/// All users on one page.
pub async fn users(State(web): State<Web>, Extension(actor): Extension<Actor>) -> Response {
    reply(web.dashboard.list_users(&actor).await.map(|items| Page { items, next: None }))
}

/// 201 with the user.
pub async fn create_user(State(web): State<Web>, Extension(actor): Extension<Actor>, bytes: Bytes) -> Response {
    match body::<NewUser>(&bytes) {
        Ok(new) => created(web.dashboard.create_user(&actor, new).await),
        Err(error) => answer(error),
    }
}

/// The user after the change.
pub async fn update_user(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    bytes: Bytes,
) -> Response {
    match body::<UserUpdate>(&bytes) {
        Ok(update) => reply(web.dashboard.update_user(&actor, id, update).await),
        Err(error) => answer(error),
    }
}

/// All tokens on one page, without their values.
pub async fn tokens(State(web): State<Web>, Extension(actor): Extension<Actor>) -> Response {
    reply(web.dashboard.list_tokens(&actor).await.map(|items| Page { items, next: None }))
}

/// 201 with the token; it cannot be read again.
pub async fn create_token(State(web): State<Web>, Extension(actor): Extension<Actor>, bytes: Bytes) -> Response {
    match body::<NewToken>(&bytes) {
        Ok(new) => created(web.dashboard.create_token(&actor, new).await),
        Err(error) => answer(error),
    }
}

/// 204; 404 if there is no such token.
pub async fn revoke_token(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Path(name): Path<String>,
) -> Response {
    no_content(web.dashboard.revoke_token(&actor, name).await)
}

/// A page of the audit log.
pub async fn audit(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Filters(query): Filters<AuditQuery>,
) -> Response {
    reply(web.dashboard.list_audit(&actor, query).await)
}

/// The retention in days.
pub async fn retention(State(web): State<Web>, Extension(actor): Extension<Actor>) -> Response {
    reply(web.dashboard.get_retention(&actor).await)
}

/// The retention after the change.
pub async fn set_retention(State(web): State<Web>, Extension(actor): Extension<Actor>, bytes: Bytes) -> Response {
    let set = async {
        let days = over(web.dashboard.get_retention(&actor).await?, body(&bytes)?)?;
        web.dashboard.set_retention(&actor, days).await
    };
    reply(set.await)
}

/// Overlays the given fields on the current retention. An older script that does not know all fields must not reset the
/// others.
fn over(days: Retention, given: Map<String, Value>) -> app::Result<Retention> {
    let wrong = |error: serde_json::Error| Error::invalid("body", error.to_string());
    let Value::Object(mut all) = serde_json::to_value(days).map_err(wrong)? else { return Ok(days) };
    all.extend(given);
    serde_json::from_value(Value::Object(all)).map_err(wrong)
}

//! People with a browser: users, sessions, forms.

use app::types::Role;
use opscenter::db::Writer;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};

use super::TestApp;

/// The password of every user of the tests.
pub const PASSWORD: &str = "correct horse battery";

/// Adds a user with [`PASSWORD`].
pub async fn user(app: &TestApp, email: &str, role: Role) {
    let hash = app.ops.passwords.hash(PASSWORD.into()).await.unwrap();
    let mut tx = app.ops.db.begin(Writer::Person).await.unwrap();
    tx.insert_user(email, &hash, role, app.ops.now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// What a browser makes of an answer.
pub struct Reply {
    pub status: u16,
    pub location: String,
    pub cookie: String,
    pub body: String,
}

/// Sends and reads the answer.
pub async fn reply(request: reqwest::RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let header =
        |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    let (location, cookie) = (header(LOCATION), header(SET_COOKIE));
    Reply { status: response.status().as_u16(), location, cookie, body: response.text().await.unwrap() }
}

/// Posts the sign-in form.
pub async fn sign_in(app: &TestApp, email: &str, password: &str) -> Reply {
    let form = [("email", email), ("password", password), ("next", "/alerts")];
    reply(app.http.post(format!("{}/sign-in", app.url)).form(&form)).await
}

/// The `name=value` of a session.
pub async fn session(app: &TestApp, email: &str) -> String {
    let reply = sign_in(app, email, PASSWORD).await;
    reply.cookie.split(';').next().unwrap().to_owned()
}

/// A page or download as somebody with a session sees it.
pub async fn page(app: &TestApp, cookie: &str, path: &str) -> reqwest::Response {
    app.http.get(format!("{}{path}", app.url)).header(COOKIE, cookie).send().await.unwrap()
}

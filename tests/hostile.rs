//! Text and bytes of strangers, on their way to a browser.

use app::types::Role;
use serde_json::json;

use crate::app::people::{page, session, user};
use crate::app::{Place, TestApp, both};

/// Titles that end the element they stand in, and go on as markup.
const HOSTILE: [&str; 4] = [
    "</title><script src=/api/v1/evil.js></script>",
    "</title><meta http-equiv=refresh content='0;url=//evil.example'>",
    "</title><form action=//evil.example><input name=evil></form>",
    "<!--<script>evil</script>",
];

/// Every page of the dashboard; a test below holds it against the routes.
const PAGES: [&str; 13] = [
    "/",
    "/alerts",
    "/alerts/{id}",
    "/events",
    "/events/refused",
    "/notifications",
    "/notifications/channels",
    "/settings",
    "/settings/audit",
    "/sources",
    "/sources/new",
    "/sources/{slug}",
    "/no/such/page",
];

/// What must not be in a page, however it got there.
fn assert_tame(page: &str, path: &str) {
    for markup in ["<script src=/api", "<meta http-equiv=refresh", "<form action=//", "<script>evil", "<!--<script"] {
        assert!(!page.contains(markup), "{path} carries {markup}");
    }
    assert_eq!(page.matches("</title>").count(), 1, "{path} ends its title once");
    let mut scripts = page.match_indices("<script").map(|(at, _)| &page[at..]);
    assert!(
        scripts.all(|script| script[..script.find('>').unwrap()].contains("nonce=")),
        "{path}: a script has no nonce"
    );
}

both! {
    async fn a_hostile_title_stays_text_on_every_page(app: &TestApp) {
        user(app, "ann@example.com", Role::Admin).await;
        let cookie = session(app, "ann@example.com").await;
        app.source("custom", "generic", &[]).await;
        for title in HOSTILE {
            let admin = app.token(Role::Admin).await;
            app.send(app.http.patch(format!("{}/api/v1/sources/custom", app.url)).bearer_auth(&admin).json(&json!({ "name": title }))).await;
            let event = json!({ "title": title, "message": title, "severity": "critical", "event": title, "id": title, "host": title });
            let event = app.custom("custom", &event).await.event_id();
            app.send(app.http.post(format!("{}/api/webhooks/custom", app.url)).header("x-evil", title).body(title)).await;
            app.settled().await;
            let alert = app.ops.db.list_event_alerts(event).await.unwrap()[0].0;
            for path in PAGES.into_iter().chain(["/sign-in?error=</title><script src=/api/v1/evil.js>"]) {
                let path = path.replace("{id}", &alert.to_string()).replace("{slug}", "custom");
                let text = page(app, &cookie, &path).await.text().await.unwrap();
                if !path.starts_with("/sign-in") {
                    assert_tame(&text, &path);
                }
            }
            let shown = page(app, &cookie, &format!("/alerts/{alert}")).await.text().await.unwrap();
            let head = shown.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
            assert!(head.contains(&title.replace('<', "&lt;").replace('>', "&gt;")), "the title is shown: {head}");
        }
        for path in ["/sign-in?error=</title><script src=/api/v1/evil.js></script>", "/setup?token=</title><script src=/api/v1/evil.js>"] {
            let text = app.http.get(format!("{}{path}", app.url)).send().await.unwrap().text().await.unwrap();
            assert_tame(&text, path);
        }
    }

    async fn what_a_stranger_sent_is_a_download_and_nothing_else(app: &TestApp) {
        user(app, "ann@example.com", Role::Admin).await;
        let cookie = session(app, "ann@example.com").await;
        app.source("custom", "generic", &[]).await;
        let body = b"<script>evil()</script>";
        let post = || app.http.post(format!("{}/api/webhooks/custom", app.url)).header("content-type", "text/html").body(&body[..]);
        let event = app.send(post().header("x-signature", crate::app::sign(body))).await.event_id();
        app.send(post()).await;
        let kept = || async { app.ops.db.list_refused(&Default::default(), None, 1).await.unwrap() };
        app.until("the refused request", || async { !kept().await.is_empty() }).await;
        let refused = kept().await[0].id;
        let token = app.token(Role::Viewer).await;
        for path in [format!("events/{event}"), format!("refused/{refused}")] {
            let rest = path.replace("refused", "quarantine");
            let api = app.http.get(format!("{}/api/v1/{rest}/payload", app.url)).bearer_auth(&token).send().await.unwrap();
            for answer in [page(app, &cookie, &format!("/download/{path}")).await, api] {
                let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
                assert_eq!(header("content-type"), "application/octet-stream");
                assert_eq!(header("content-disposition"), "attachment");
                assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'");
                assert_eq!((header("x-content-type-options"), header("cache-control")), ("nosniff".into(), "no-store".into()));
                assert_eq!(answer.bytes().await.unwrap(), &body[..]);
            }
        }
    }
}

#[test]
fn every_page_is_in_the_list() {
    let routes = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/app/src/pages/mod.rs")).unwrap();
    let paths = routes.split("path!(\"").skip(1).map(|part| part.split('"').next().unwrap());
    for path in paths.filter(|path| !["/sign-in", "/setup", ""].contains(path)) {
        let listed = path.replace(":id", "{id}").replace(":slug", "{slug}");
        assert!(PAGES.contains(&listed.as_str()), "{path} is not tried with hostile text");
    }
}

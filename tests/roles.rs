//! Every address of the server, and the least role that may use it. The REST endpoints are in access.rs.

use std::collections::BTreeSet;

use app::types::Role::{self, Admin, Operator, Viewer};
use reqwest::header::{ACCEPT, CONTENT_TYPE, COOKIE};
use serde_json::json;

use crate::app::people::{page, reply, session, user};
use crate::app::{Place, TestApp};

/// Server functions: endpoint below /rpc, least role, a form that is well-formed.
const FUNCTIONS: [(&str, Role, &str); 59] = [
    ("alerts/list", Viewer, "query[limit]=1"),
    ("alerts/get", Viewer, "id=1"),
    ("alerts/timeline", Viewer, "id=1&cursor="),
    ("alerts/count", Viewer, "query[limit]=1"),
    ("alerts/groups", Viewer, "query[limit]=1&by=title"),
    ("alerts/change", Operator, "change=read&ids=1"),
    ("alerts/undo", Operator, "id=x"),
    ("alerts/change_matching", Operator, "change=read&query[source]=custom"),
    ("alerts/note", Operator, "id=1&text=x"),
    ("events/list", Viewer, "query[limit]=1"),
    ("events/get", Viewer, "id=1"),
    ("events/payload", Viewer, "id=1"),
    ("events/count", Viewer, "query[limit]=1"),
    ("events/replay", Operator, "id=1"),
    ("events/replay_matching", Operator, "query[source]=custom"),
    ("quarantine/list", Viewer, ""),
    ("quarantine/retry", Operator, "ids=1&source="),
    ("notifications/list", Viewer, "query[limit]=1"),
    ("notifications/retry", Operator, "id=1"),
    ("notifications/retry-untold", Operator, ""),
    (
        "channels/add",
        Admin,
        "kind=email&fields[name]=Room&fields[recipient]=a%40example.com&fields[secret]=&fields[min_severity]=warning&fields[fallback_id]=0&fields[sources][]=custom&fields[template]=&fields[subject]=&fields[users]=&fields[timezone]=&fields[thread]=",
    ),
    (
        "channels/save",
        Admin,
        "id=1&fields[name]=Room&fields[recipient]=&fields[secret]=&fields[min_severity]=warning&fields[fallback_id]=0&fields[sources][]=custom&fields[template]=&fields[subject]=&fields[users]=&fields[timezone]=&fields[thread]=",
    ),
    ("channels/preview", Admin, "kind=slack&template=&subject="),
    ("channels/mute", Operator, "id=1&hours=1"),
    ("channels/delete", Admin, "id=99"),
    ("channels/test", Operator, "id=99"),
    ("overview/chart", Viewer, "starts=4000000000000"),
    ("overview/get", Viewer, ""),
    ("filters/save", Viewer, "page=alerts&name=x&query=severity%3Derror"),
    ("filters/remove", Viewer, "id=99"),
    ("sources/list", Viewer, ""),
    ("sources/form", Admin, ""),
    ("sources/setup", Viewer, "slug=custom"),
    ("sources/activity", Viewer, "slug=custom"),
    ("sources/create", Admin, "provider=github&name=x&slug=made-by-rpc"),
    ("sources/set_active", Admin, "slug=custom&active=true"),
    ("sources/check_slug", Admin, "slug=x"),
    ("sources/mapping", Viewer, "slug=custom&fields[title_field]=$.title"),
    ("sources/example", Viewer, "slug=custom"),
    ("sources/choose_fields", Admin, "slug=custom&fields[title_field]=$.title"),
    ("sources/update", Admin, "slug=custom&name=x&new_slug=custom&settings[max_body]="),
    ("sources/enter_secret", Admin, "slug=custom&secret=a+secret+of+some+length"),
    ("sources/rotate", Admin, "slug=custom&secret=&keep_hours=24"),
    ("sources/contents", Admin, "slug=custom"),
    ("sources/delete", Admin, "slug=nobody"),
    ("sources/test", Operator, "slug=custom"),
    ("push/key", Viewer, ""),
    ("push/find", Viewer, "endpoint=x"),
    ("push/save", Viewer, "subscription=x&browser=x&min_severity=error"),
    ("push/renew", Viewer, "endpoint=x&subscription=x"),
    ("push/remove", Viewer, "endpoint=x"),
    ("settings/get", Admin, ""),
    ("settings/password", Viewer, "current=wrong&new=a+much+better+one"),
    (
        "settings/retention",
        Admin,
        "days[events]=90&days[alerts]=365&days[notices]=30&days[activity]=180&days[notifications]=180&days[quarantine]=7&days[audit]=730&days[minutes]=90",
    ),
    ("users/create", Admin, "email=new%40example.com&role=viewer&password=long+enough+12"),
    ("users/update", Admin, "id=99&role=viewer&is_active=true"),
    ("tokens/create", Admin, "name=made-by-rpc&role=viewer"),
    ("tokens/revoke", Admin, "name=nobody"),
    ("audit/list", Admin, ""),
];

/// Pages: open to everybody, or to whoever is signed in; below its role a page says so and shows nothing.
const PAGES: [(&str, Option<Role>); 14] = [
    ("/sign-in", None),
    ("/setup", None),
    ("/", Some(Viewer)),
    ("/alerts", Some(Viewer)),
    ("/alerts/{id}", Some(Viewer)),
    ("/events", Some(Viewer)),
    ("/events/refused", Some(Viewer)),
    ("/notifications", Some(Viewer)),
    ("/notifications/channels", Some(Viewer)),
    ("/settings", Some(Viewer)),
    ("/settings/audit", Some(Admin)),
    ("/sources", Some(Viewer)),
    ("/sources/new", Some(Admin)),
    ("/sources/{slug}", Some(Viewer)),
];

/// The rest of the router: method, path, whether it is open to everybody.
const OTHERS: [(&str, &str, bool); 28] = [
    ("post", "/api/webhooks/{*source}", true),
    ("get", "/api/webhooks/{*source}", true),
    ("post", "//api/webhooks/{*source}", true),
    ("post", "/v2/enqueue", true),
    ("post", "/v2/alerts", false),
    ("post", "/v2/alerts/{alias}/{action}", false),
    ("get", "//api/webhooks/{*source}", true),
    ("get", "/api/openapi.json", true),
    ("post", "/sign-in", true),
    ("post", "/sign-out", true),
    ("post", "/setup", true),
    ("get", "/admin", true),
    ("get", "/pkg/{*file}", true),
    ("get", "/favicon.svg", true),
    ("get", "/favicon-unread.svg", true),
    ("get", "/icon-192.png", true),
    ("get", "/icon-512.png", true),
    ("get", "/icon-maskable-512.png", true),
    ("get", "/apple-touch-icon.png", true),
    ("get", "/manifest.webmanifest", true),
    ("get", "/sw.js", true),
    ("get", "/healthz", true),
    ("get", "/readyz", true),
    ("get", "/metrics", true),
    ("get", "/download/alerts.csv", false),
    ("get", "/download/events/{id}", false),
    ("get", "/download/refused/{id}", false),
    // Without a session it is refused where the stream begins: tests/live.rs.
    ("get", "/ws/alerts", true),
];

fn filled(path: &str) -> String {
    path.replace("{id}", "1").replace("{slug}", "custom")
}

#[test]
fn every_server_function_and_every_page_is_in_the_tables() {
    let registered: BTreeSet<&str> = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    let listed: Vec<String> = FUNCTIONS.iter().map(|(path, ..)| format!("/rpc/{path}")).collect();
    assert_eq!(registered, listed.iter().map(String::as_str).collect());
    let routes = leptos_axum::generate_route_list(app::App);
    let drawn: BTreeSet<&str> = routes.iter().map(|route| route.path()).collect();
    assert_eq!(drawn, PAGES.iter().map(|(path, _)| *path).collect());
}

/// Method and path of every route that the router writes down.
fn written() -> BTreeSet<(String, String)> {
    let router = [include_str!("../src/web/router.rs"), include_str!("../src/web/compatible/mod.rs")].concat();
    let mut found = BTreeSet::new();
    for function in router.split("fn ").skip(1) {
        for part in function.split(".route(").skip(1) {
            let path = part.split('"').nth(1).unwrap();
            let handlers = part.split_once(',').unwrap().1;
            for method in ["get", "post", "put", "patch", "delete"] {
                let is_used = |before: &str| handlers.contains(&format!("{before}{method}("));
                if is_used(" ") || is_used(".") {
                    found.insert((method.to_owned(), path.to_owned()));
                }
            }
        }
    }
    found
}

/// Those of the REST API are made from their own table: tests/access.rs.
#[test]
fn every_other_route_is_in_a_table() {
    let named: BTreeSet<(String, String)> =
        OTHERS.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(written(), named);
}

/// An alert, an event and a refused request, and somebody of each role below admin.
async fn furnished() -> (TestApp, [(Role, String); 2]) {
    let app = TestApp::start(Place::embedded()).await;
    app.source("custom", "generic", &[]).await;
    app.custom("custom", &json!({ "title": "x", "severity": "error" })).await.event_id();
    app.send(app.http.post(format!("{}/api/webhooks/custom", app.url)).body("{}")).await;
    app.settled().await;
    user(&app, "v@example.com", Viewer).await;
    user(&app, "o@example.com", Operator).await;
    let sessions = [(Viewer, session(&app, "v@example.com").await), (Operator, session(&app, "o@example.com").await)];
    (app, sessions)
}

async fn call(app: &TestApp, cookie: &str, path: &str, form: &'static str) -> (u16, String) {
    let request = app.http.post(format!("{}/rpc/{path}", app.url)).header(ACCEPT, "application/json");
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").header(COOKIE, cookie);
    let reply = reply(request.body(form)).await;
    (reply.status, reply.body)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_server_function_asks_for_its_role() {
    let (app, sessions) = furnished().await;
    for (path, least, form) in FUNCTIONS {
        assert_eq!(call(&app, "", path, form).await.0, 401, "{path}");
        for (role, cookie) in &sessions {
            let (status, body) = call(&app, cookie, path, form).await;
            if *role < least {
                assert_eq!(status, 403, "{path} as {role}");
            } else {
                // So the form was well-formed, and a 403 above was the role's.
                assert!(![400, 401, 403, 405, 500].contains(&status), "{path} as {role}: {status} {body}");
            }
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_shows_more_than_its_role() {
    let (app, [(_, viewer), _]) = furnished().await;
    let admin = app.token(Admin).await;
    let planted = json!({ "email": "planted@example.com", "role": "viewer", "password": "long enough 1" });
    assert_eq!(app.post("users", &admin, &planted).await.status, 201);
    for (path, least) in PAGES {
        let stranger = reply(app.http.get(format!("{}{}", app.url, filled(path)))).await;
        assert_eq!(stranger.status, if least.is_some() { 303 } else { 200 }, "{path}");
        let seen = page(&app, &viewer, &filled(path)).await.text().await.unwrap();
        assert!(!seen.contains("planted@"), "{path} as a viewer");
        if least == Some(Admin) {
            assert!(seen.contains("requires the admin role"), "{path}");
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_open_asks_for_a_session_or_a_token() {
    let (app, _) = furnished().await;
    for (method, path, is_open) in OTHERS {
        let method = method.to_uppercase().parse().unwrap();
        let url = format!("{}{}", app.url, filled(path).replace("{*source}", "custom").replace("{*file}", "x.js"));
        let reply = reply(app.http.request(method, url)).await;
        let is_sent_to_sign_in = reply.status == 303 && reply.location.starts_with("/sign-in?next=");
        let is_turned_away = reply.status == 401 && !path.ends_with("/api/webhooks/{*source}") || is_sent_to_sign_in;
        assert_eq!(is_turned_away, !is_open, "{path}: {} {}", reply.status, reply.location);
    }
    app.stop().await;
}

//! Sign-in, the first run, and what is closed to whom.

use std::sync::Arc;

use app::types::Role;
use opscenter::clock::Clock;
use opscenter::config;
use opscenter::db::{NewSession, Writer};
use reqwest::header::{COOKIE, REFERER};

use crate::app::people::{PASSWORD, page, reply, session, sign_in, user};
use crate::app::{Place, TestApp, both};

both! {
    async fn pages_are_for_those_who_signed_in(app: &TestApp) {
        user(app, "ann@example.com", Role::Viewer).await;
        let page = |path: &str| app.http.get(format!("{}{path}", app.url));
        for (path, to) in [("/", "/sign-in"), ("/alerts?state=all", "/sign-in?next=%2Falerts%3Fstate%3Dall"), ("/sources", "/sign-in?next=%2Fsources")] {
            let reply = reply(page(path)).await;
            assert_eq!((reply.status, reply.location.as_str()), (303, to), "{path}");
        }
        let signed = sign_in(app, " Ann@Example.com ", PASSWORD).await;
        assert_eq!((signed.status, signed.location.as_str()), (303, "/alerts"));
        assert!(signed.cookie.contains("HttpOnly") && signed.cookie.contains("SameSite=Lax"), "{}", signed.cookie);
        let cookie = signed.cookie.split(';').next().unwrap();
        let overview = reply(page("/").header(COOKIE, cookie)).await;
        assert_eq!(overview.status, 200);
        assert!(overview.body.contains("ann@example.com") && overview.body.contains("No sources yet"));
        let gate = reply(page("/sign-in").header(COOKIE, cookie)).await;
        assert_eq!((gate.status, gate.location.as_str()), (303, "/"));
        let admin = reply(page("/admin")).await;
        assert_eq!((admin.status, admin.location.as_str()), (303, "/"));
        assert_eq!(reply(page("/no/such/page").header(COOKIE, cookie)).await.status, 404);
    }

    async fn no_session_begins_by_a_password_that_was_changed_meanwhile(app: &TestApp) {
        user(app, "ann@example.com", Role::Viewer).await;
        let ann = app.ops.db.find_credentials("ann@example.com").await.unwrap().unwrap();
        let begin = |password_hash: String, token_hash: &'static str| async move {
            let new = NewSession { user_id: ann.id, password_hash: &password_hash, token_hash, ip: "::1", agent: "", now: 1, expires_at: 2 };
            let mut tx = app.ops.db.begin(Writer::Person).await.unwrap();
            let begun = tx.insert_session(&new).await.unwrap();
            tx.commit().await.unwrap();
            begun
        };
        assert!(!begin("of the old one".into(), "a").await);
        assert!(begin(ann.password_hash.clone(), "b").await);
        let mut tx = app.ops.db.begin(Writer::Person).await.unwrap();
        tx.change_user("ann@example.com", None, Some(false), 1).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!begin(ann.password_hash.clone(), "c").await, "shut out meanwhile");
    }

    async fn a_session_ends_when_it_is_signed_out_or_its_user_is_shut_out(app: &TestApp) {
        user(app, "ann@example.com", Role::Viewer).await;
        let (one, two) = (session(app, "ann@example.com").await, session(app, "ann@example.com").await);
        let status = |cookie: String| async move { reply(app.http.get(format!("{}/", app.url)).header(COOKIE, cookie)).await.status };
        assert_eq!((status(one.clone()).await, status(two.clone()).await), (200, 200));
        reply(app.http.post(format!("{}/sign-out", app.url)).header(COOKIE, &one)).await;
        assert_eq!((status(one).await, status(two.clone()).await), (303, 200));
        let mut tx = app.ops.db.begin(Writer::Person).await.unwrap();
        tx.change_user("ann@example.com", None, Some(false), app.ops.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(status(two).await, 303);
        assert!(sign_in(app, "ann@example.com", PASSWORD).await.location.contains("error="));
    }

    async fn wrong_passwords_are_refused_alike_and_ever_slower(app: &TestApp) {
        user(app, "ann@example.com", Role::Viewer).await;
        let wrong = sign_in(app, "ann@example.com", "wrong").await;
        let nobody = sign_in(app, "nobody@example.com", "wrong").await;
        assert_eq!((wrong.status, &wrong.location, &wrong.cookie), (nobody.status, &nobody.location, &nobody.cookie));
        assert!(wrong.location.starts_with("/sign-in?error=Incorrect+email+or+password"), "{}", wrong.location);
        for _ in 0..5 {
            sign_in(app, "ann@example.com", "wrong").await;
        }
        let blocked = sign_in(app, "ann@example.com", PASSWORD).await;
        assert!(blocked.location.contains("Too+many+attempts"), "{}", blocked.location);
        assert!(blocked.cookie.is_empty());
    }

    async fn another_site_can_change_nothing(app: &TestApp) {
        user(app, "ann@example.com", Role::Admin).await;
        let cookie = session(app, "ann@example.com").await;
        for path in ["/sign-in", "/sign-out", "/setup", "/rpc/alerts/change", "/rpc/sources/create"] {
            let post = app.http.post(format!("{}{path}", app.url)).header(COOKIE, &cookie).form(&[("ids", "1")]);
            let answer = app.send(post.try_clone().unwrap().header("origin", "https://evil.example")).await;
            assert_eq!(answer.refusal(), (403, "cross_site"), "{path}");
            let answer = app.send(post.header("sec-fetch-site", "cross-site")).await;
            assert_eq!(answer.refusal(), (403, "cross_site"), "{path}");
        }
        let still_in = reply(app.http.get(format!("{}/", app.url)).header(COOKIE, &cookie)).await;
        assert_eq!(still_in.status, 200);
    }

    async fn server_functions_ask_who_is_there(app: &TestApp) {
        user(app, "view@example.com", Role::Viewer).await;
        let post = |path: &str| app.http.post(format!("{}/rpc/{path}", app.url)).form(&[("change", "read"), ("ids", "1")]);
        let stranger = app.send(post("alerts/change")).await;
        assert_eq!((stranger.status, stranger.body), (401, serde_json::json!("Unauthorized")));
        let cookie = session(app, "view@example.com").await;
        let refused = app.send(post("alerts/change").header(COOKIE, &cookie).header("accept", "application/json")).await;
        assert!(refused.status == 403 && refused.body.to_string().contains("Forbidden"), "{refused:?}");
    }

    async fn a_new_password_ends_what_the_old_one_began(app: &TestApp) {
        user(app, "ann@example.com", Role::Viewer).await;
        let (here, elsewhere) = (session(app, "ann@example.com").await, session(app, "ann@example.com").await);
        let change = |current: &'static str, new: &'static str| {
            let post = app.http.post(format!("{}/rpc/settings/password", app.url)).form(&[("current", current), ("new", new)]);
            app.send(post.header(COOKIE, &here).header("accept", "application/json"))
        };
        let page = |cookie: String| async move { reply(app.http.get(format!("{}/", app.url)).header(COOKIE, cookie)).await.status };
        assert_eq!(change("wrong wrong wrong", "a much better one").await.status, 422);
        assert_eq!(change(PASSWORD, "short").await.status, 422);
        assert_eq!(page(elsewhere.clone()).await, 200, "a refusal ends nothing");
        assert_eq!(change(PASSWORD, "a much better one").await.status, 200);
        assert_eq!((page(here.clone()).await, page(elsewhere).await), (303, 303));
        assert!(sign_in(app, "ann@example.com", PASSWORD).await.location.contains("error="));
        assert_eq!(sign_in(app, "ann@example.com", "a much better one").await.location, "/alerts");
    }

    async fn the_first_run_link_makes_one_admin_once(app: &TestApp) {
        let link = opscenter::web::setup_link(&app.ops).await.unwrap().unwrap();
        let later = opscenter::web::setup_link(&app.ops).await.unwrap().unwrap();
        assert_ne!(link, later, "a new link at each start");
        let post = |link: &str, password: &str| {
            let form = [("token", link.split("token=").nth(1).unwrap()), ("email", "root@example.com"), ("password", password)];
            reply(app.http.post(format!("{}/setup", app.url)).form(&form))
        };
        assert!(post(&link, PASSWORD).await.location.contains("already+been+used"), "only the newest link works");
        assert!(post(&later, "short").await.location.contains("field=password"));
        let made = post(&later, PASSWORD).await;
        assert_eq!(made.location, "/sources/new");
        assert!(made.cookie.starts_with("opscenter="));
        assert!(post(&later, PASSWORD).await.location.contains("already+been+used"));
        assert_eq!(opscenter::web::setup_link(&app.ops).await.unwrap(), None);
    }

    async fn nothing_but_the_dashboards_files_is_kept_by_a_browser(app: &TestApp) {
        user(app, "ann@example.com", Role::Viewer).await;
        let cookie = session(app, "ann@example.com").await;
        let cache = async |path: &str| page(app, &cookie, path).await.headers()["cache-control"].to_str().unwrap().to_owned();
        for path in ["/", "/alerts", "/sign-in", "/api/v1/alerts", "/rpc/alerts/list", "/download/events/1", "/no/such/page"] {
            assert_eq!(cache(path).await, "no-store", "{path}");
        }
        assert_eq!(cache("/favicon.svg").await, "public, max-age=3600");
    }

    async fn answers_carry_what_keeps_a_browser_safe(app: &TestApp) {
        let response = app.http.get(format!("{}/sign-in", app.url)).send().await.unwrap();
        let policy = response.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("script-src 'nonce-") && policy.contains("'strict-dynamic'"), "{policy}");
        assert_eq!(response.headers()["referrer-policy"], "same-origin");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    }
}

#[tokio::test]
async fn a_secret_that_was_made_travels_in_a_cookie_for_https() {
    let place = Arc::new(Place::embedded());
    let app = TestApp::start_configured(place, config::Role::All, Clock::System, None, |config| {
        config.app_url = Some("https://ops.example.com".to_owned());
    })
    .await;
    app.source("custom", "generic", &[]).await;
    user(&app, "ann@example.com", Role::Admin).await;
    let session = session(&app, "ann@example.com").await;
    assert!(session.starts_with("__Host-opscenter="), "{session}");
    let rotate = |secret: &'static str| {
        let form = [("slug", "custom"), ("secret", secret), ("keep_hours", "0")];
        let post = app.http.post(format!("{}/rpc/sources/rotate", app.url)).form(&form);
        reply(post.header(COOKIE, &session).header("accept", "text/html").header(REFERER, "/sources/custom"))
    };
    let made = rotate("").await;
    assert_eq!(made.status, 302, "{}", made.body);
    assert!(
        made.cookie.starts_with("__Host-made_secret=") && made.cookie.contains("; SameSite=Strict; Secure; "),
        "{}",
        made.cookie
    );
    // Somebody who typed it knows it, and it may hold what a cookie cannot.
    let typed = rotate("typed; Path=/evil; Domain=example.com").await;
    assert_eq!((typed.status, typed.cookie.as_str()), (302, ""), "{}", typed.body);
    app.stop().await;
}

/// An app behind a proxy that names whatever client a test chooses.
async fn behind_a_proxy() -> TestApp {
    let place = Arc::new(Place::embedded());
    TestApp::start_configured(place, config::Role::All, Clock::System, None, |config| {
        config.trusted_proxies = "127.0.0.1".parse().unwrap();
    })
    .await
}

/// Tries to sign in from an address, with cookies; where it leads to, and the cookies that came back.
async fn try_from(app: &TestApp, ip: &str, (email, password): (&str, &str), cookie: &str) -> (String, Vec<String>) {
    let form = [("email", email), ("password", password), ("next", "/alerts")];
    let post = app.http.post(format!("{}/sign-in", app.url)).header("x-forwarded-for", ip).header(COOKIE, cookie);
    let answer = post.form(&form).send().await.unwrap();
    let cookies = answer.headers().get_all("set-cookie").iter();
    let cookies = cookies.map(|value| value.to_str().unwrap().split(';').next().unwrap().to_owned()).collect();
    let location = answer.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
    (location.unwrap_or_else(|| answer.status().to_string()), cookies)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_network_is_one_guesser() {
    let app = behind_a_proxy().await;
    user(&app, "ann@example.com", Role::Viewer).await;
    let guess = async |n: u32| {
        try_from(&app, &format!("2001:db8:1:2::{n}"), (&format!("a{n}@example.com"), "wrong"), "").await.0
    };
    let mut asked = 0;
    for n in 1..=40 {
        asked += usize::from(guess(n).await.contains("Incorrect+email"));
    }
    assert_eq!(asked, 21, "20 for nothing, and one more");
    let other = try_from(&app, "2001:db8:1:3::1", ("ann@example.com", PASSWORD), "").await.0;
    assert_eq!(other, "/alerts", "another network is not held up");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_that_guesses_does_not_keep_others_waiting() {
    let app = behind_a_proxy().await;
    user(&app, "ann@example.com", Role::Viewer).await;
    let crowd = (0..400).map(|n| {
        let app = &app;
        async move { try_from(app, &format!("2001:db8:1:2::{n:x}"), ("ann@example.com", "wrong"), "").await }
    });
    let genuine = async {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        let signed = try_from(&app, "198.51.100.1", ("ann@example.com", PASSWORD), "");
        tokio::time::timeout(std::time::Duration::from_secs(5), signed).await.expect("waited for the crowd").0
    };
    assert_eq!(tokio::join!(futures::future::join_all(crowd), genuine).1, "/alerts");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guesses_of_others_do_not_lock_a_known_device_out() {
    let app = behind_a_proxy().await;
    user(&app, "ann@example.com", Role::Viewer).await;
    let (_, cookies) = try_from(&app, "198.51.100.1", ("ann@example.com", PASSWORD), "").await;
    let device = cookies.iter().find(|cookie| cookie.starts_with("opscenter_device=")).unwrap();
    for n in 1..=21 {
        for _ in 0..5 {
            try_from(&app, &format!("203.0.113.{n}"), ("ann@example.com", "wrong"), "").await;
        }
    }
    let right = ("ann@example.com", PASSWORD);
    assert!(try_from(&app, "198.51.100.9", right, "").await.0.contains("Too+many+attempts"));
    let (location, cookies) = try_from(&app, "198.51.100.9", right, device).await;
    assert_eq!(location, "/alerts");
    assert!(try_from(&app, "198.51.100.9", right, device).await.0.contains("Too+many"), "each sign-in renews it");
    let device = cookies.iter().find(|cookie| cookie.starts_with("opscenter_device=")).unwrap();
    for _ in 0..5 {
        try_from(&app, "198.51.100.9", ("ann@example.com", "wrong"), device).await;
    }
    assert!(
        try_from(&app, "198.51.100.9", right, device).await.0.contains("Too+many+attempts"),
        "its own five are spent"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_forgets_devices_and_guessing_ones_own_is_slow() {
    let app = TestApp::start(Place::embedded()).await;
    user(&app, "ann@example.com", Role::Viewer).await;
    let signed = try_from(&app, "", ("ann@example.com", PASSWORD), "").await.1;
    let device = opscenter::crypto::token_hash(signed[1].split('=').nth(1).unwrap());
    let known = async || app.ops.db.find_device(&device, "ann@example.com", app.ops.now()).await.unwrap();
    assert!(known().await.is_some());
    let change = async |current: &str| {
        let form = [("current", current), ("new", "a much better one")];
        let post = app.http.post(format!("{}/rpc/settings/password", app.url)).form(&form);
        app.send(post.header(COOKIE, &signed[0]).header("accept", "application/json")).await.status
    };
    for _ in 0..6 {
        assert_eq!(change("wrong wrong wrong").await, 422);
    }
    assert_eq!(change(PASSWORD).await, 429);
    let mut tx = app.ops.db.begin(Writer::Person).await.unwrap();
    tx.set_password("ann@example.com", "x", app.ops.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(known().await, None);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_and_out_is_in_the_audit_log() {
    let app = TestApp::start(Place::embedded()).await;
    let link = opscenter::web::setup_link(&app.ops).await.unwrap().unwrap();
    let form = |token: &str| {
        [("token", token.to_owned()), ("email", "root@example.com".into()), ("password", PASSWORD.into())]
    };
    let set_up = async |token: &str| reply(app.http.post(format!("{}/setup", app.url)).form(&form(token))).await;
    for _ in 0..6 {
        assert!(set_up("wrong").await.location.contains("already+been+used"));
    }
    assert!(set_up("wrong").await.location.contains("Too+many+attempts"));
    let link = link.split("token=").nth(1).unwrap();
    assert!(set_up(link).await.location.contains("Too+many+attempts"), "the right one waits too");
    user(&app, "ann@example.com", Role::Viewer).await;
    sign_in(&app, "ann@example.com", "wrong").await;
    let cookie = session(&app, "ann@example.com").await;
    reply(app.http.post(format!("{}/sign-out", app.url)).header(COOKIE, &cookie)).await;
    let log = app.ops.db.list_audit(&Default::default(), None, 10).await.unwrap();
    let actions: Vec<&str> = log.iter().rev().map(|row| row.action.as_str()).collect();
    assert_eq!(actions, ["user.sign_in_failed", "user.sign_in", "user.sign_out"]);
    assert!(!serde_json::to_string(&log).unwrap().contains(PASSWORD));
    app.stop().await;
}

//! What real senders send: odd charsets and wrappings, almost JSON, text, and senders that only take a URL.

use app::types::{Alert, Severity};
use serde_json::json;

use crate::app::{Answer, Place, SECRET, TestApp, both, sign};

/// [`SECRET`] as it stands in a URL.
const IN_URL: &str = "It's%20a%20Secret%20to%20Everybody";

/// Posts to a generic source by its URL alone.
async fn send(app: &TestApp, path: &str, content_type: &str, body: &[u8]) -> Answer {
    let request = app.http.post(format!("{}{path}", app.url)).header("content-type", content_type);
    app.send(request.body(body.to_vec())).await
}

async fn newest(app: &TestApp) -> Alert {
    app.settled().await;
    app.ops.db.list_alerts(&Default::default(), None, 1).await.unwrap().remove(0)
}

both! {
    async fn a_body_is_read_however_it_is_wrapped(app: &TestApp) {
        app.source("any", "generic", &[]).await;
        let path = format!("/api/webhooks/any/{IN_URL}");
        let wide: Vec<u8> = r#"{"title":"Über"}"#.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let multipart = b"--b\r\ncontent-disposition: form-data; name=\"payload\"\r\n\r\n{\"title\":\"Played\"}\r\n--b--\r\n";
        let cases: [(&str, &[u8], &str); 12] = [
            ("application/json", b"\xef\xbb\xbf{\"title\":\"Marked\"}", "Marked"),
            ("application/json; charset=ISO-8859-1", b"{\"title\":\"caf\xe9\"}", "café"),
            ("application/json; charset=utf-16", &wide, "Über"),
            ("application/x-www-form-urlencoded", br#"{"title":"By curl"}"#, "By curl"),
            ("APPLICATION/X-WWW-FORM-URLENCODED", b"title=Form&host=db-1", "Form"),
            ("multipart/form-data; boundary=b", multipart, "Played"),
            ("application/json", br#"{"title":"Lone \ud800", "n": NaN, }"#, "Lone \u{fffd}"),
            ("text/plain", b"Disk full on db-1\n14 GB left", "Disk full on db-1"),
            ("application/json", b"Disk full", "Disk full"),
            ("text/xml", b"<?xml version=\"1.0\"?><a><b>Pump 3 failed</b><c>at 3:00</c></a>", "Pump 3 failed"),
            ("application/json", br#"{"title": "cut"#, "Could not be read: {\"title\": \"cut"),
            ("application/json", b"", "Could not be read: an empty body"),
        ];
        for (content_type, body, title) in cases {
            assert_eq!(send(app, &path, content_type, body).await.status, 200);
            let alert = newest(app).await;
            assert_eq!(alert.title, title, "{content_type}");
            let expected = if title.starts_with("Could not") || title.contains("failed") { Severity::Warning } else { Severity::Info };
            assert_eq!(alert.severity, expected, "{title}");
        }
    }

    async fn an_array_and_lines_of_json_are_an_alert_each(app: &TestApp) {
        app.source("any", "generic", &[]).await;
        let path = format!("/api/webhooks/any?token={IN_URL}");
        send(app, &path, "application/json", br#"[{"title":"One"},{"title":"Two"}]"#).await;
        send(app, &path, "application/x-ndjson", b"{\"title\":\"Three\"}\n{\"title\":\"Four\"}\n").await;
        app.settled().await;
        let alerts = app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap();
        let titles: Vec<&str> = alerts.iter().map(|alert| alert.title.as_str()).collect();
        assert_eq!(titles, ["Four", "Three", "Two", "One"]);
    }

    async fn a_secret_in_the_url_is_taken_and_not_kept(app: &TestApp) {
        app.source("any", "token", &[]).await;
        app.source("github", "github", &[]).await;
        let body = json!({ "title": "By URL" }).to_string();
        for path in [
            format!("/api/webhooks/any/{IN_URL}"),
            format!("/api/webhooks/any/{IN_URL}/"),
            format!("//api/webhooks//any/{IN_URL}"),
            format!("/api/webhooks/any/?a=b&token={IN_URL}"),
        ] {
            let request = app.http.post(format!("{}{path}", app.url)).header("x-original-uri", &path);
            let answer = app.send(request.header("content-encoding", "UTF-8").body(body.clone())).await;
            let parts = app.ops.db.find_event_parts(answer.event_id()).await.unwrap().unwrap();
            let kept = serde_json::to_string(&parts.headers).unwrap() + parts.signature.as_deref().unwrap_or_default();
            assert!(!kept.contains(SECRET) && !kept.contains(IN_URL), "{kept}");
        }
        for path in ["/api/webhooks/any/wrong", "/api/webhooks/any?token=wrong", "/api/webhooks/any?token=", "/api/webhooks/any"] {
            assert_eq!(send(app, path, "application/json", body.as_bytes()).await.refusal(), (401, "invalid_signature"), "{path}");
        }
        let of_github = format!("/api/webhooks/github/{IN_URL}");
        assert_eq!(send(app, &of_github, "application/json", b"{}").await.refusal(), (401, "invalid_signature"));
        assert_eq!(send(app, "/api/webhooks/", "text/plain", b"").await.status, 404);
        let list = || async { app.ops.db.list_refused(&Default::default(), None, 20).await.unwrap() };
        app.until("the refused requests", || async { list().await.len() == 5 }).await;
        let refused = list().await;
        assert!(refused.iter().any(|refused| refused.detail.contains("?token=")), "{refused:?}");
        assert!(!format!("{refused:?}").contains("Everybody"), "{refused:?}");
    }

    async fn the_severity_of_what_cannot_be_read_is_a_setting(app: &TestApp) {
        app.source("github", "github", &[("unreadable", "critical")]).await;
        app.send(app.github("push", "1", b"<html>Bad gateway</html>")).await;
        let alert = newest(app).await;
        assert_eq!((alert.title.as_str(), alert.severity), ("Could not be read: <html>Bad gateway</html>", Severity::Critical));
        assert_eq!(alert.message, "<html>Bad gateway</html>");
    }

    async fn what_practice_signs_otherwise_is_verified(app: &TestApp) {
        app.source("gitea", "gitea", &[]).await;
        app.source("any", "generic", &[("prefix", "sha256="), ("header", "X-Sig")]).await;
        let json = br#"{"ref":"refs/heads/main","pusher":{"login":"ada"},"repository":{"full_name":"a/b"}}"#;
        let form: String = form_urlencoded(json);
        let request = app.http.post(format!("{}/api/webhooks/gitea", app.url)).header("x-gitea-event", "push");
        let request = request.header("content-type", "application/x-www-form-urlencoded").header("x-gitea-signature", sign(json));
        app.send(request.body(form)).await.event_id();
        assert_eq!(newest(app).await.title, "Push by ada to main in a/b");
        for value in [format!("SHA256={}", sign(json)), format!("sha256= {}", sign(json).to_uppercase())] {
            let request = app.http.post(format!("{}/api/webhooks/any", app.url)).header("x-sig", value);
            app.send(request.body(json.to_vec())).await.event_id();
        }
    }

    async fn an_unsigned_ping_is_answered_and_dropped(app: &TestApp) {
        app.source("bb", "bitbucket", &[]).await;
        let answer = send(app, "/api/webhooks/bb", "application/json", br#"{"test": true}"#).await;
        assert_eq!(answer.status, 200);
        let other = send(app, "/api/webhooks/bb", "application/json", br#"{"test": false}"#).await;
        assert_eq!(other.refusal(), (401, "invalid_signature"));
        assert!(app.ops.db.list_events(&Default::default(), None, 10).await.unwrap().is_empty());
    }
}

fn form_urlencoded(json: &[u8]) -> String {
    let encoded: String = json.iter().map(|byte| format!("%{byte:02x}")).collect();
    format!("payload={encoded}")
}

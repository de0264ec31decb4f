//! XOAUTH2 against a scripted SMTP server and a token endpoint.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Json, Router, routing::post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::*;

/// What the token endpoint was asked, and how often; the tokens are `access-1`, `access-2` and so on.
#[derive(Default)]
struct Endpoint {
    asked: Mutex<Vec<String>>,
    mails: AtomicUsize,
    /// The server takes the token of this number only.
    good: AtomicUsize,
}

async fn token(State(endpoint): State<Arc<Endpoint>>, body: String) -> (StatusCode, Json<Value>) {
    let mut asked = endpoint.asked.lock().unwrap();
    asked.push(body);
    let token = format!("access-{}", asked.len());
    (StatusCode::OK, Json(json!({ "access_token": token, "expires_in": 3600, "token_type": "Bearer" })))
}

async fn converse(stream: TcpStream, endpoint: Arc<Endpoint>) {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    writing.write_all(b"220 mail.test ESMTP\r\n").await.unwrap();
    let mut is_data = false;
    while let Ok(Some(line)) = lines.next_line().await {
        let answer = match line.split(' ').next().unwrap_or_default() {
            "." => {
                is_data = false;
                endpoint.mails.fetch_add(1, Ordering::Relaxed);
                "250 taken"
            }
            _ if is_data => continue,
            "EHLO" => "250-mail.test\r\n250 AUTH XOAUTH2",
            "AUTH" => {
                let given = STANDARD.decode(line.rsplit(' ').next().unwrap()).unwrap();
                let good = format!(
                    "user=ops@example.com\x01auth=Bearer access-{}\x01\x01",
                    endpoint.good.load(Ordering::Relaxed)
                );
                if given == good.as_bytes() { "235 welcome" } else { "535 5.7.8 no such token" }
            }
            "DATA" => {
                is_data = true;
                "354 go on"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        if writing.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn an_access_token_is_asked_for_kept_and_renewed() {
    let endpoint = Arc::new(Endpoint { good: AtomicUsize::new(1), ..Endpoint::default() });
    let (http, smtp) =
        (TcpListener::bind("127.0.0.1:0").await.unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let (token_url, server) = (format!("http://{}/token", http.local_addr().unwrap()), smtp.local_addr().unwrap());
    let routes = Router::new().route("/token", post(token)).with_state(endpoint.clone());
    tokio::spawn(async move { axum::serve(http, routes).await });
    let kept = endpoint.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = smtp.accept().await {
            tokio::spawn(converse(stream, kept.clone()));
        }
    });
    let clock = Clock::fixed(1_800_000_000_000);
    let app =
        TestApp::start_configured(Arc::new(Place::embedded()), config::Role::All, clock.clone(), None, |config| {
            config.smtp_url = Some(format!("smtp://ops%40example.com:hush%2Frefresh@{server}?auth=xoauth2"));
            config.smtp_oauth_token_url = Some(token_url.clone());
            config.smtp_oauth_client_id = Some("client".into());
            config.mail_to = Some("oncall@example.com".into());
        })
        .await;
    app.source("custom", "generic", &[]).await;
    let mails = || endpoint.mails.load(Ordering::Relaxed);
    for n in 1..=2 {
        app.custom("custom", &json!({ "title": format!("Down {n}"), "severity": "error" })).await.event_id();
        app.until("the mail", || async { mails() == n }).await;
    }
    let asked = endpoint.asked.lock().unwrap().clone();
    assert_eq!(asked, ["grant_type=refresh_token&refresh_token=hush%2Frefresh&client_id=client"], "one token for both");
    // The provider has ended the token: the channel rests, and comes back with a new one.
    endpoint.good.store(2, Ordering::Relaxed);
    app.custom("custom", &json!({ "title": "Down 3", "severity": "error" })).await.event_id();
    let is_broken =
        || async { app.dashboard.list_channels(&TestApp::admin()).await.unwrap()[0].broken_reason.is_some() };
    app.until("it to be refused", is_broken).await;
    clock.advance(31 * 60_000);
    app.until("the third mail", || async { mails() == 3 }).await;
    app.stop().await;
}

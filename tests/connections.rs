//! Who can hold a connection or memory, and that a genuine webhook gets through all of it.

use std::net::SocketAddr;
use std::time::Duration;

use app::backend::Sources;
use app::types::NewSource;
use opscenter::clock::Clock;
use opscenter::dashboard::Dashboard;
use opscenter::ops::Ops;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::app::{Place, SECRET, TestApp, free_port, github_signature, spawn_with_files};

type Ip = [u8; 4];

const STRANGER: Ip = [127, 0, 0, 1];
const GITHUB: Ip = [127, 0, 0, 2];

async fn connect(from: Ip, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(from.into(), 0)).unwrap();
    socket.connect(to).await.unwrap()
}

/// Sends a text and leaves it at that.
async fn say(from: Ip, to: SocketAddr, text: &str) -> TcpStream {
    let mut stream = connect(from, to).await;
    // A server that has had enough may close at once.
    let _closed_already = stream.write_all(text.as_bytes()).await;
    stream
}

/// The status line of the answer.
async fn status(stream: &mut TcpStream) -> String {
    let mut answer = vec![0; 4096];
    match tokio::time::timeout(Duration::from_secs(15), stream.read(&mut answer)).await {
        Ok(Ok(n)) => String::from_utf8_lossy(&answer[..n]).lines().next().unwrap_or("closed").to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "silence".to_owned(),
    }
}

/// A webhook that is signed, of so many bytes.
async fn genuine(from: Ip, to: SocketAddr, slug: &str, bytes: usize) -> String {
    let body = vec![b'z'; bytes];
    let head = format!(
        "POST /api/webhooks/{slug} HTTP/1.1\r\nhost: x\r\nx-github-event: push\r\nx-github-delivery: {}\r\n\
         x-hub-signature-256: {}\r\ncontent-length: {bytes}\r\n\r\n",
        opscenter::crypto::random_id(),
        github_signature(&body)
    );
    let mut stream = say(from, to, &head).await;
    if let Err(error) = stream.write_all(&body).await {
        return format!("while writing: {error}");
    }
    status(&mut stream).await
}

fn post(path: &str, length: usize) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\nabc"
    )
}

async fn add_source(dashboard: &Dashboard, slug: &str) {
    let source =
        NewSource { slug: slug.into(), provider: "github".into(), secret: Some(SECRET.into()), ..NewSource::default() };
    dashboard.create_source(&TestApp::admin(), source).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_gets_through_where_strangers_hold_every_connection() {
    let place = Place::embedded();
    let port = free_port();
    let to = SocketAddr::from(([127, 0, 0, 1], port));
    let ops = Ops::open(place.config(to), Clock::System).await.unwrap();
    add_source(&Dashboard::new(ops.into()), "github").await;
    // 192 connections.
    let mut server = spawn_with_files(256, &place, &to.to_string());
    let ways = [
        String::new(),
        "GET / HTTP/1.1\r\nx: ".to_owned(),
        post("/api/webhooks/github", 1_000),
        post("/sign-in", 1_000),
        post("/setup", 1_000),
        "GET /pkg/opscenter.css HTTP/1.1\r\nhost: x\r\n\r\n".repeat(200),
    ];
    for way in ways {
        let mut held = Vec::new();
        for n in 0..400_u16 {
            // Half from one network, half from many.
            let from = if n % 2 == 0 { STRANGER } else { [127, 0, 1, (n / 2) as u8] };
            held.push(say(from, to, &way).await);
        }
        for from in [GITHUB, STRANGER] {
            for _ in 0..10 {
                assert_eq!(genuine(from, to, "github", 5_000).await, "HTTP/1.1 200 OK", "{way:?} from {from:?}");
            }
        }
    }
    server.kill().unwrap();
    server.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn half_sent_bodies_starve_nobody_and_a_refusal_arrives() {
    let app = TestApp::start(Place::embedded()).await;
    let to: SocketAddr = app.url.trim_start_matches("http://").parse().unwrap();
    for n in 0..8 {
        add_source(&app.dashboard, &format!("github-{n}")).await;
    }
    let half = async |from: Ip, slug: String| {
        let mut stream = say(from, to, &post(&format!("/api/webhooks/{slug}"), 25_000_000)).await;
        let part = vec![b'z'; 12_000_000];
        let _as_much_as_is_taken = tokio::time::timeout(Duration::from_millis(100), stream.write_all(&part)).await;
        stream
    };
    let mut held = Vec::new();
    for n in 0..40_u8 {
        let (from, slug) = if n % 2 == 0 { (STRANGER, n % 8) } else { ([127, 0, 1, n], 0) };
        held.push(half(from, format!("github-{slug}")).await);
    }
    for (from, slug) in [(GITHUB, "github-0"), (GITHUB, "github-7"), (STRANGER, "github-0"), (STRANGER, "github-6")] {
        assert_eq!(genuine(from, to, slug, 5_000).await, "HTTP/1.1 200 OK", "{slug} from {from:?}");
    }
    assert_eq!(genuine(GITHUB, to, "github-7", 20_000_000).await, "HTTP/1.1 200 OK", "a large one");
    assert_eq!(
        genuine(GITHUB, to, "github-7", 27_000_000).await,
        "HTTP/1.1 413 Payload Too Large",
        "not a broken pipe"
    );
    let form = format!("{}{}", post("/sign-in", 200_003), "z".repeat(200_000));
    assert_eq!(status(&mut say(GITHUB, to, &form).await).await, "HTTP/1.1 413 Payload Too Large");
    drop(held);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_are_bounded() {
    let app = TestApp::start(Place::embedded()).await;
    app.source("github", "github", &[]).await;
    let post = app.http.post(format!("{}/api/webhooks/github", app.url)).header("x-large", "x".repeat(40_000));
    assert_eq!(app.send(post.body("{}")).await.status, 431);
    let settings = |bytes: &str| [("max_body".to_owned(), bytes.to_owned())].into();
    for (bytes, fits) in [("33554432", true), ("33554433", false), ("18446744073709551615", false), ("-1", false)] {
        let source = NewSource {
            slug: format!("s{bytes}").replace('-', "x"),
            provider: "github".into(),
            settings: settings(bytes),
            ..NewSource::default()
        };
        assert_eq!(app.dashboard.create_source(&TestApp::admin(), source).await.is_ok(), fits, "{bytes}");
    }
    app.stop().await;
}

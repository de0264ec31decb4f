//! Resident memory: of an idle server, with open sockets, with many large bodies at once, and when starting with as many
//! queued.

use std::time::Duration;

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::load::{request, signature};
use super::server::{Place, Server};

/// Number of open dashboard sockets.
const SOCKETS: usize = 2_000;

/// Number of concurrent bodies and their size in bytes, a little below the default limit of a source.
const BODIES: usize = 40;
const LARGE: usize = 24_800_000;

/// Time after which temporary allocations have been freed.
const REST: Duration = Duration::from_secs(20);

/// Runs the measurements and prints a table for each backend.
pub async fn run() {
    for place in Place::all() {
        println!("| {} | MB |\n|---|---|", place.name);
        on(&place).await;
        println!();
    }
}

async fn on(place: &Place) {
    let server = Server::opscenter(place);
    tokio::time::sleep(Duration::from_secs(5)).await;
    let idle = server.resident_kb();
    println!("| after the start | {} |", idle / 1024);
    let sockets = open_sockets(place, &server).await;
    let each = server.resident_kb().saturating_sub(idle) as f64 / SOCKETS as f64;
    println!("| {SOCKETS} sockets, {each:.1} KB each | {} |", server.resident_kb() / 1024);
    drop(sockets);
    let body = large_body();
    server.forget_peak();
    let taken = post_at_once(&server.address, &body).await;
    println!("| {BODIES} bodies of {LARGE} bytes at once, {taken} taken: at most | {} |", server.peak_kb() / 1024);
    server.drain().await;
    tokio::time::sleep(REST).await;
    println!("| 20 s after they were worked off | {} |", server.resident_kb() / 1024);
    drop(server);
    leave_waiting(&place.database_url(), &body).await;
    let server = Server::start(place);
    server.drain().await;
    println!("| a start with {BODIES} of them waiting: at most | {} |", server.peak_kb() / 1024);
}

async fn open_sockets(place: &Place, server: &Server) -> Vec<impl Sized + use<>> {
    let token = place.command(&["token", "add", "sockets", "--role", "viewer"]);
    let mut sockets = Vec::with_capacity(SOCKETS);
    for _ in 0..SOCKETS {
        let mut handshake = format!("ws://{}/ws/alerts", server.address).into_client_request().unwrap();
        handshake.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        sockets.push(tokio_tungstenite::connect_async(handshake).await.unwrap());
    }
    sockets
}

/// A push payload with that many commits.
fn large_body() -> Vec<u8> {
    let push = opscenter::provider::fixture("github", "push").unwrap();
    let mut push: Value = serde_json::from_slice(&push).unwrap();
    let commit = push["commits"][0].clone();
    let count = LARGE / commit.to_string().len();
    push["commits"] = vec![commit; count].into();
    let mut body = serde_json::to_vec(&push).unwrap();
    body.resize(LARGE, b' ');
    body
}

/// Posts all bodies at once; returns how many got 200. The others are asked to retry.
async fn post_at_once(address: &str, body: &[u8]) -> usize {
    let signature = signature(body);
    let posting = (0..BODIES).map(|_| post(address, request(body, &signature, &opscenter::crypto::random_id())));
    let answers = futures::future::join_all(posting).await;
    assert!(answers.iter().all(|status| matches!(status.as_str(), "200" | "503")), "{answers:?}");
    answers.iter().filter(|status| *status == "200").count()
}

async fn post(address: &str, request: Vec<u8>) -> String {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    // The server may respond to a rejected request before it is sent in full.
    let sending = tokio::spawn(async move { writer.write_all(&request).await.map(|()| writer) });
    let mut answer = vec![0; 4096];
    let length = reader.read(&mut answer).await.unwrap_or(0);
    let _hung_up = sending.await.unwrap();
    String::from_utf8_lossy(&answer[..length]).split(' ').nth(1).unwrap_or_default().to_owned()
}

/// Inserts pending events, as left by a server that was killed right after storing them.
async fn leave_waiting(url: &str, body: &[u8]) {
    const ONE: &str = "insert into webhook_events (webhook_source_id, request_id, event_type, delivery_id, payload, \
         content_type, headers, ip_address, due_at, created_at, updated_at) select webhook_source_id, 'left-' || $1, \
         event_type, 'left-' || $1, $2, content_type, headers, ip_address, created_at, created_at, created_at \
         from webhook_events order by id limit 1";
    for number in 0..BODIES as i64 {
        let sql =
            AssertSqlSafe(if url.starts_with("postgres") { ONE.replace("$1", "cast($1 as text)") } else { ONE.into() });
        if url.starts_with("postgres") {
            let mut connection = PgConnection::connect(url).await.unwrap();
            sqlx::query(sql).bind(number.to_string()).bind(body).execute(&mut connection).await.unwrap();
        } else {
            let mut connection = SqliteConnection::connect(url).await.unwrap();
            sqlx::query(sql).bind(number.to_string()).bind(body).execute(&mut connection).await.unwrap();
        }
    }
}

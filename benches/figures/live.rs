//! Latency from POST to the WebSocket frame, at 50 requests per second.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use futures::StreamExt;
use serde_json::Value;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::load::{request, signature};
use super::server::{Place, Server};

const PER_SECOND: u32 = 50;

/// Runs the measurement and prints p50 and p99.
pub async fn run(place: &Place, body: &[u8], span: Duration) {
    let fresh = Place::all().into_iter().find(|other| other.name == place.name).unwrap();
    let server = Server::opscenter(&fresh);
    let token = fresh.command(&["token", "add", "bench", "--role", "viewer"]);
    let frames = listen(&server.address, &token).await;
    let count = PER_SECOND * span.as_secs() as u32;
    let asked = post_all(&server.address, body, count).await;
    let seen = tokio::time::timeout(Duration::from_secs(10), frames).await.expect("frames are missing").unwrap();
    let mut times: Vec<f64> =
        asked.iter().map(|(event, at)| seen[event].duration_since(*at).as_secs_f64() * 1000.0).collect();
    times.sort_by(f64::total_cmp);
    let p = |percent: usize| times[times.len() * percent / 100];
    println!(
        "{}: POST to WebSocket frame at {PER_SECOND}/s, {count} times: p50 {:.2} ms, p99 {:.2} ms",
        place.name,
        p(50),
        p(99)
    );
}

/// Records the arrival time of each event's frame; ends half a second after the last one.
async fn listen(address: &str, token: &str) -> tokio::task::JoinHandle<HashMap<i64, Instant>> {
    let mut handshake = format!("ws://{address}/ws/alerts").into_client_request().unwrap();
    handshake.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    let (mut socket, _) = tokio_tungstenite::connect_async(handshake).await.unwrap();
    tokio::spawn(async move {
        let mut seen = HashMap::new();
        loop {
            let patience = if seen.is_empty() { 10_000 } else { 1_000 };
            let Ok(Some(Ok(message))) = tokio::time::timeout(Duration::from_millis(patience), socket.next()).await
            else {
                return seen;
            };
            let at = Instant::now();
            let frame: Value = serde_json::from_str(message.to_text().unwrap_or("null")).unwrap_or_default();
            if frame["type"] == "new-alert" {
                seen.insert(frame["data"]["webhook_event_id"].as_i64().unwrap(), at);
            }
        }
    })
}

async fn post_all(address: &str, body: &[u8], count: u32) -> Vec<(i64, Instant)> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (signature, mut answer, mut asked) = (signature(body), vec![0; 4096], Vec::new());
    let mut tick = tokio::time::interval(Duration::from_secs(1) / PER_SECOND);
    for _ in 0..count {
        tick.tick().await;
        let request = request(body, &signature, &opscenter::crypto::random_id());
        let at = Instant::now();
        stream.write_all(&request).await.unwrap();
        let length = stream.read(&mut answer).await.unwrap();
        let text = String::from_utf8_lossy(&answer[..length]);
        let receipt: Value = serde_json::from_str(text.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        asked.push((receipt["event_id"].as_i64().unwrap(), at));
    }
    asked
}

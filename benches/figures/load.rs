//! The load generator: each connection posts signed deliveries one after the other, waiting for each response.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use opscenter::provider::{Algorithm, mac};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub const SECRET: &str = "a secret of the benchmark";

/// Parameters of one time-bounded measurement.
pub struct Load {
    pub address: String,
    pub body: Vec<u8>,
    pub connections: usize,
    pub span: Duration,
    /// Requests per second over all connections; `None` sends as fast as responses arrive.
    pub pace: Option<u32>,
}

/// The result of a measurement.
pub struct Measured {
    /// Response times in microseconds, sorted.
    times: Vec<u32>,
    span: Duration,
    /// Number of responses other than 200.
    pub refused: u64,
}

impl Measured {
    /// Number of responses.
    pub fn count(&self) -> f64 {
        self.times.len() as f64
    }

    pub fn rate(&self) -> f64 {
        self.count() / self.span.as_secs_f64()
    }

    /// A percentile in milliseconds.
    pub fn p(&self, percent: usize) -> f64 {
        let place = (self.times.len() * percent / 100).min(self.times.len().saturating_sub(1));
        self.times.get(place).map_or(f64::NAN, |micros| f64::from(*micros) / 1000.0)
    }
}

impl Load {
    pub async fn run(self) -> Measured {
        let (load, refused) = (Arc::new(self), Arc::new(AtomicU64::new(0)));
        let started = Instant::now();
        let posting =
            (0..load.connections).map(|number| tokio::spawn(connection(load.clone(), number, refused.clone())));
        let times = futures::future::join_all(posting).await.into_iter().flat_map(Result::unwrap);
        let mut times: Vec<u32> = times.collect();
        let span = started.elapsed();
        times.sort_unstable();
        Measured { times, span, refused: refused.load(Ordering::Relaxed) }
    }
}

async fn connection(load: Arc<Load>, number: usize, refused: Arc<AtomicU64>) -> Vec<u32> {
    let mut stream = TcpStream::connect(&load.address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let signature = signature(&load.body);
    let (mut times, mut answer) = (Vec::new(), vec![0; 4096]);
    let mut pace = load.pace.map(|pace| ticks(pace, number as u32, load.connections as u32));
    let started = Instant::now();
    while started.elapsed() < load.span {
        if let Some(pace) = &mut pace {
            pace.tick().await;
        }
        let request = request(&load.body, &signature, &opscenter::crypto::random_id());
        let asked = Instant::now();
        stream.write_all(&request).await.unwrap();
        let length = read_answer(&mut stream, &mut answer).await;
        times.push(asked.elapsed().as_micros() as u32);
        if !answer[..length].starts_with(b"HTTP/1.1 200") {
            refused.fetch_add(1, Ordering::Relaxed);
        }
    }
    times
}

/// The send interval of one of several connections, with staggered starts.
fn ticks(pace: u32, number: u32, connections: u32) -> tokio::time::Interval {
    let each = Duration::from_secs(1) / pace;
    tokio::time::interval_at(tokio::time::Instant::now() + each * number, each * connections)
}

/// The value of GitHub's `X-Hub-Signature-256`.
pub fn signature(body: &[u8]) -> String {
    format!("sha256={}", hex::encode(mac(Algorithm::Sha256, SECRET.as_bytes(), &[body])))
}

/// A complete HTTP request.
pub fn request(body: &[u8], signature: &str, delivery: &str) -> Vec<u8> {
    let head = format!(
        "POST /api/webhooks/github HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\nx-github-event: push\r\n\
         x-github-delivery: {delivery}\r\nx-hub-signature-256: {signature}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// Reads a complete response; it must have a content-length and fit into the buffer.
async fn read_answer(stream: &mut TcpStream, answer: &mut [u8]) -> usize {
    let mut length = 0;
    loop {
        let read = stream.read(&mut answer[length..]).await.unwrap();
        assert!(read > 0, "the server hung up");
        length += read;
        let text = String::from_utf8_lossy(&answer[..length]);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let wanted = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        if body.len() >= wanted.unwrap_or(0) {
            return length;
        }
    }
}

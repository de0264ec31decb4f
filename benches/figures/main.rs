//! The figures of the README: `cargo xtask bench`. Each figure is reported beside a bare axum handler measured in the same
//! run, since machines differ and may be shared.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod bare;
mod live;
mod load;
mod memory;
mod micro;
mod million;
mod server;
mod steady;

use std::time::Duration;

use load::Load;
use server::{Place, Server};

/// Numbers of connections measured.
const CONNECTIONS: [usize; 3] = [1, 16, 64];

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().collect();
    if let Some(at) = words.iter().position(|word| word == "--bare") {
        return bare::serve(words[at + 1].parse().unwrap()).await;
    }
    if words.iter().any(|word| word == "--million") {
        return million::run().await;
    }
    if words.iter().any(|word| word == "--memory") {
        return memory::run().await;
    }
    let number = |flag: &str| {
        let at = words.iter().position(|word| word == flag)?;
        words.get(at + 1)?.parse::<usize>().ok()
    };
    let span = Duration::from_secs(number("--seconds").unwrap_or(10) as u64);
    if words.iter().any(|word| word == "--steady") {
        return steady_only(span).await;
    }
    if words.iter().any(|word| word == "--live") {
        return live_only(span).await;
    }
    match number("--connections") {
        Some(connections) => ingest_only(&[connections], span).await,
        None => run(span).await,
    }
}

async fn run(span: Duration) {
    let body = opscenter::provider::fixture("github", "push").unwrap();
    println!("A GitHub push of {} bytes; load and server share the same cores.\n", body.len());
    micro::run(&body);
    ingest_only(&CONNECTIONS, span).await;
    steady_only(span).await;
    live_only(span).await;
}

/// Latency from receipt to alert under a steady load.
async fn steady_only(span: Duration) {
    let body = opscenter::provider::fixture("github", "push").unwrap();
    for place in Place::all() {
        steady::run(&place, &body, span).await;
    }
}

/// Measured without load, on an idle database.
async fn live_only(span: Duration) {
    let body = opscenter::provider::fixture("github", "push").unwrap();
    for place in Place::all() {
        live::run(&place, &body, span).await;
    }
}

async fn ingest_only(connections: &[usize], span: Duration) {
    let body = opscenter::provider::fixture("github", "push").unwrap();
    let bare = bare_rates(connections, &body, span).await;
    for place in Place::all() {
        ingest(&place, connections, &body, span, &bare).await;
    }
}

/// Requests per second of the baseline handler, by number of connections.
async fn bare_rates(connections: &[usize], body: &[u8], span: Duration) -> Vec<f64> {
    let server = Server::bare();
    let mut rates = Vec::new();
    println!("| bare axum handler | requests/s | p50 ms | p99 ms |\n|---|---|---|---|");
    for &connections in connections {
        let measured =
            Load { address: server.address.clone(), body: body.to_vec(), connections, span, pace: None }.run().await;
        println!(
            "| {connections} connections | {:.0} | {:.2} | {:.2} |",
            measured.rate(),
            measured.p(50),
            measured.p(99)
        );
        rates.push(measured.rate());
    }
    println!();
    rates
}

async fn ingest(place: &Place, connections: &[usize], body: &[u8], span: Duration, bare: &[f64]) {
    let server = Server::opscenter(place);
    println!(
        "| {} | answered/s | of bare | p50 ms | p99 ms | µs of processor each | waiting at the end | drained at |",
        place.name
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (&connections, bare) in connections.iter().zip(bare) {
        let before = server.cpu_seconds();
        let measured =
            Load { address: server.address.clone(), body: body.to_vec(), connections, span, pace: None }.run().await;
        let cpu = (server.cpu_seconds() - before) * 1e6 / measured.count();
        let (waiting, drained) = server.drain().await;
        let drained = if waiting > 0 { format!("{drained:.0}/s") } else { "–".to_owned() };
        println!(
            "| {connections} connections | {:.0} | {:.2} | {:.2} | {:.2} | {cpu:.0} | {waiting} | {drained} |",
            measured.rate(),
            measured.rate() / bare,
            measured.p(50),
            measured.p(99)
        );
        assert_eq!(measured.refused, 0, "every delivery must be answered 200");
    }
    println!("\nResident memory after it: {} MB\n", server.resident_mb());
}

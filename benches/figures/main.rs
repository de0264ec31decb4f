//! The figures of the README: `cargo xtask bench`. Each figure is reported beside two references measured in the same run, since
//! machines differ and may be shared: a bare axum handler, and the floor, which also verifies and stores.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod bare;
mod floor;
mod ingest;
mod live;
mod load;
mod memory;
mod micro;
mod million;
mod server;
mod steady;

use std::time::Duration;

use server::Place;

/// Numbers of connections measured.
const CONNECTIONS: [usize; 3] = [1, 16, 64];

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().collect();
    match &words[1..] {
        [what, port] if what == "--bare" => return bare::serve(port.parse().unwrap()).await,
        [what, port] if what == "--floor" => return floor::serve(port.parse().unwrap()).await,
        _ => {}
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
        Some(connections) => ingest::run(&[connections], span).await,
        None => run(span).await,
    }
}

async fn run(span: Duration) {
    let body = opscenter::provider::fixture("github", "push").unwrap();
    println!("A GitHub push of {} bytes; load and server share the same cores.\n", body.len());
    micro::run(&body);
    ingest::run(&CONNECTIONS, span).await;
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

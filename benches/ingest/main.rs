//! The figures of the README: `cargo xtask bench`. Every figure stands beside a bare axum handler of the same run,
//! since machines differ and are shared.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod bare;
mod live;
mod load;
mod micro;
mod server;

use std::time::Duration;

use load::{Load, Measured};
use server::{Place, Server};

/// Connections of the three measurements.
const CONNECTIONS: [usize; 3] = [1, 16, 64];

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().collect();
    if let Some(at) = words.iter().position(|word| word == "--bare") {
        return bare::serve(words[at + 1].parse().unwrap()).await;
    }
    let at = words.iter().position(|word| word == "--seconds");
    let seconds = at.and_then(|at| words.get(at + 1)?.parse().ok()).unwrap_or(10);
    run(Duration::from_secs(seconds)).await;
}

async fn run(span: Duration) {
    let body = opscenter::provider::fixture("github", "push").unwrap();
    println!("A GitHub push of {} bytes; load and server share the same cores.\n", body.len());
    micro::run(&body);
    let bare = bare_rates(&body, span).await;
    for place in Place::all() {
        ingest(&place, &body, span, &bare).await;
    }
    for place in Place::all() {
        live::run(&place, &body, span).await;
    }
}

/// Requests per second of a handler that reads the body and answers, by connections.
async fn bare_rates(body: &[u8], span: Duration) -> Vec<f64> {
    let server = Server::bare();
    let mut rates = Vec::new();
    println!("| bare axum handler | requests/s | p50 ms | p99 ms |\n|---|---|---|---|");
    for connections in CONNECTIONS {
        let measured = Load { address: server.address.clone(), body: body.to_vec(), connections, span }.run().await;
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

async fn ingest(place: &Place, body: &[u8], span: Duration, bare: &[f64]) {
    let server = Server::opscenter(place);
    println!("| {} | answered/s | of bare | p50 ms | p99 ms | waiting at the end | drained at |", place.name);
    println!("|---|---|---|---|---|---|---|");
    for (connections, bare) in CONNECTIONS.into_iter().zip(bare) {
        let measured = Load { address: server.address.clone(), body: body.to_vec(), connections, span }.run().await;
        let (waiting, drained) = server.drain().await;
        print_row(connections, &measured, *bare, waiting, drained);
        assert_eq!(measured.refused, 0, "every delivery must be answered 200");
    }
    println!("\nResident memory after it: {} MB\n", server.resident_mb());
}

fn print_row(connections: usize, measured: &Measured, bare: f64, waiting: i64, drained: f64) {
    let rate = measured.rate();
    let drained = if waiting > 0 { format!("{drained:.0}/s") } else { "–".to_owned() };
    println!(
        "| {connections} connections | {rate:.0} | {:.2} | {:.2} | {:.2} | {waiting} | {drained} |",
        rate / bare,
        measured.p(50),
        measured.p(99)
    );
}

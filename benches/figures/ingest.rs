//! Deliveries as fast as they are answered: how many, at what price, and how far processing falls behind.

use std::time::Duration;

use super::load::{Load, Measured};
use super::server::{Place, Server};

/// Measures the references, then every backend, and prints a table for each.
pub async fn run(connections: &[usize], span: Duration) {
    let body = opscenter::provider::fixture("github", "push").unwrap();
    reference("bare axum handler", &Server::bare(), connections, &body, span).await;
    let floor = reference("floor: verify, append, fdatasync", &Server::floor(), connections, &body, span).await;
    for place in Place::all() {
        backend(&place, connections, &body, span, &floor).await;
    }
}

async fn load(server: &Server, connections: usize, body: &[u8], span: Duration) -> Measured {
    Load { address: server.address.clone(), body: body.to_vec(), connections, span, pace: None }.run().await
}

/// Requests per second of a reference, by number of connections.
async fn reference(name: &str, server: &Server, connections: &[usize], body: &[u8], span: Duration) -> Vec<f64> {
    let mut rates = Vec::new();
    println!("| {name} | requests/s | p50 ms | p99 ms | µs of processor each |\n|---|---|---|---|---|");
    for &connections in connections {
        let before = server.cpu_seconds();
        let measured = load(server, connections, body, span).await;
        let (rate, p50, p99) = (measured.rate(), measured.p(50), measured.p(99));
        let cpu = (server.cpu_seconds() - before) * 1e6 / measured.count();
        println!("| {connections} connections | {rate:.0} | {p50:.2} | {p99:.2} | {cpu:.0} |");
        rates.push(rate);
    }
    println!();
    rates
}

/// The processor time is reported twice: of the server while the load lasts, and until the last alert is stored.
async fn backend(place: &Place, connections: &[usize], body: &[u8], span: Duration, floor: &[f64]) {
    let server = Server::opscenter(place);
    println!(
        "| {} | answered/s | of the floor | p50 ms | p99 ms | µs of processor each | waiting at the end | drained at | µs each, drained |",
        place.name
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for (&connections, floor) in connections.iter().zip(floor) {
        let before = server.cpu_seconds();
        let measured = load(&server, connections, body, span).await;
        let each = |until: f64| (until - before) * 1e6 / measured.count();
        let loaded = each(server.cpu_seconds());
        let (waiting, drained) = server.drain().await;
        let drained = if waiting > 0 { format!("{drained:.0}/s") } else { "–".to_owned() };
        let (rate, p50, p99) = (measured.rate(), measured.p(50), measured.p(99));
        println!(
            "| {connections} connections | {rate:.0} | {:.2} | {p50:.2} | {p99:.2} | {loaded:.0} | {waiting} | {drained} | {:.0} |",
            rate / floor,
            each(server.cpu_seconds()),
        );
        assert_eq!(measured.refused, 0, "every delivery must be answered 200");
    }
    println!("\nResident memory after it: {} MB\n", server.resident_mb());
}

//! Effect of retention on ingest latency: everything older than a day is removed while deliveries continue.

use std::time::Duration;

use serde_json::json;

use super::ask::Asker;
use super::fill;
use crate::load::Load;
use crate::server::Server;

/// Duration of a measurement, and deliveries per second.
const SPAN: Duration = Duration::from_secs(60);
const PER_SECOND: u32 = 500;

/// Measures without and with retention running, and prints both.
pub async fn run(url: &str, server: &Server, asker: &Asker) {
    println!("| {PER_SECOND} deliveries a second | p50 ms | p99 ms | longest ms |\n|---|---|---|---|");
    beside("nothing too old", server).await;
    let before = fill::count_events(url).await;
    asker.put("retention", json!({ "events": 1, "alerts": 1, "activity": 1, "notifications": 1 })).await;
    beside("retention at work", server).await;
    println!("\nEvents: {before} before, {} after.\n", fill::count_events(url).await);
    println!("| write transactions since the start | longest ms |\n|---|---|");
    for (writer, seconds) in server.longest_writes() {
        println!("| {writer} | {:.1} |", seconds * 1000.0);
    }
    println!();
}

async fn beside(what: &str, server: &Server) {
    let body = opscenter::provider::fixture("github", "push").unwrap();
    let (address, pace) = (server.address.clone(), Some(PER_SECOND));
    let measured = Load { address, body, connections: 32, span: SPAN, pace }.run().await;
    println!("| {what} | {:.2} | {:.2} | {:.2} |", measured.p(50), measured.p(99), measured.p(100));
    assert_eq!(measured.refused, 0, "every delivery must be answered 200");
}

//! The dashboard with a million events and as many open alerts: the first page and every filter of each list, server-rendered
//! pages, and marking a thousand alerts as read. `/healthz`, which reads nothing, is the baseline. Finally retention removes
//! most rows while ingest continues.

mod ask;
mod fill;
mod housekeeping;

use std::time::Duration;

use ask::Asker;

use super::load::SECRET;
use super::server::{Place, Server};

/// API paths requested, the first page of each.
const LISTS: [&str; 22] = [
    "alerts",
    "alerts?severity=critical",
    "alerts?severity=critical,error&is_read=false",
    "alerts?state=open",
    "alerts?state=open&severity=warning",
    "alerts?state=resolved",
    "alerts?is_read=false",
    "alerts?source=stripe",
    "alerts?source=stripe&severity=error&state=open",
    "alerts?from={hour}",
    "alerts?q=checkout",
    "alerts?q=77777",
    "events",
    "events?status=failed",
    "events?source=github",
    "events?source=github&status=failed",
    "events?event_type=push",
    "events?from={month}&to={hour}",
    "events?q=checkout",
    "events?q=777777",
    "stats",
    "notifications",
];

/// Server-rendered pages requested.
const PAGES: [&str; 4] = ["/", "/alerts", "/events", "/sources"];

/// Number of alerts marked as read at once.
const MARKED: usize = 1_000;

/// Fills each database, measures and prints.
pub async fn run() {
    for place in Place::all() {
        on(&place).await;
    }
}

async fn on(place: &Place) {
    let server = Server::empty(place);
    for slug in ["github", "stripe", "custom"] {
        let provider = if slug == "custom" { "generic" } else { slug };
        place.command(&["source", "add", slug, "--provider", provider, "--secret", SECRET]);
    }
    let took = fill::fill(&place.database_url()).await;
    println!("{}: {}; filled in {:.0} s\n", place.name, fill::FILLED, took.as_secs_f64());
    // Restarts the server, so that writes that waited for the fill do not count as long transactions.
    drop(server);
    let server = Server::start(place);
    // The first retention run after a start scans everything.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let asker = Asker::new(place, &server.address).await;
    println!("| {} | p50 ms | p99 ms |\n|---|---|---|", place.name);
    asker.show("/healthz").await;
    for list in LISTS {
        asker.show(&format!("/api/v1/{list}")).await;
    }
    for page in PAGES {
        asker.show(page).await;
    }
    println!("| {MARKED} alerts marked as read | {:.1} | |\n", asker.mark(MARKED).await);
    housekeeping::run(&place.database_url(), &server, &asker).await;
}

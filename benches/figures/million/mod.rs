//! The console with a million events and as many open alerts behind it: every list's first page and every filter, the pages
//! that a browser opens, and marking a thousand alerts read. Beside them stands `/healthz`, which reads nothing. At last
//! most of it becomes too old, and is removed beside an ingest that goes on.

mod ask;
mod fill;
mod housekeeping;

use std::time::Duration;

use ask::Asker;

use super::load::SECRET;
use super::server::{Place, Server};

/// What is asked of the API, the first page of each.
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

/// What a browser opens, drawn by the server.
const PAGES: [&str; 4] = ["/", "/alerts", "/events", "/sources"];

/// Alerts marked as read at once.
const MARKED: usize = 1_000;

/// Fills each place, asks and prints.
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
    // What waited for the filling is not to be counted as a long transaction.
    drop(server);
    let server = Server::start(place);
    // The first sweep after a start looks at everything there is.
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

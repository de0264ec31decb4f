//! CPU cost of verifying and mapping one push on one core.

use std::collections::BTreeMap;
use std::time::Instant;

use axum::http::HeaderMap;
use opscenter::ingest::{Request, verify};
use opscenter::provider::{Catalog, Delivery};

use super::load::{SECRET, signature};

const TIMES: u32 = 2_000;

/// Runs the measurement and prints microseconds per delivery.
pub fn run(body: &[u8]) {
    let (catalog, _) = Catalog::load(None);
    let pack = catalog.find("github").unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("x-hub-signature-256", signature(body).parse().unwrap());
    headers.insert("x-github-event", "push".parse().unwrap());
    let methods = opscenter::sources::methods(&pack.verify, SECRET).unwrap();
    let request = Request {
        headers: &headers,
        content_type: "application/json",
        body,
        public_key: None,
        url: "",
        query: "",
        now: 0,
    };
    let settings = BTreeMap::new();
    let delivery = Delivery {
        event_type: "push",
        content_type: "application/json",
        payload: body,
        source: "GitHub",
        settings: &settings,
        received: 0,
    };
    let verified = micros(|| drop(verify(&methods, &request).unwrap()));
    let identified = micros(|| drop(pack.identify.look(|_| Some("push"), body)));
    let mapped = micros(|| drop(pack.mapper.map(&delivery)));
    println!(
        "One core: verify {verified:.1} µs, find type and id {identified:.1} µs, map to an alert {mapped:.1} µs\n"
    );
}

fn micros(mut work: impl FnMut()) -> f64 {
    let started = Instant::now();
    (0..TIMES).for_each(|_| work());
    started.elapsed().as_secs_f64() * 1e6 / f64::from(TIMES)
}

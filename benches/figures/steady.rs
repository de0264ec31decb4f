//! A steady load below the maximum rate: whether processing keeps up.

use std::time::Duration;

use super::load::Load;
use super::server::{Place, Server};

const PER_SECOND: [u32; 3] = [500, 1_000, 2_000];
const CONNECTIONS: usize = 32;

/// Polling interval of the backlog.
const LOOK: Duration = Duration::from_millis(200);

/// Runs the measurement and prints a row per rate.
pub async fn run(place: &Place, body: &[u8], span: Duration) {
    println!("| {} | answered/s | p50 ms | p99 ms | waiting at most | the oldest of them for ms |", place.name);
    println!("|---|---|---|---|---|---|");
    let fresh = Place::all().into_iter().find(|other| other.name == place.name).unwrap();
    let server = Server::opscenter(&fresh);
    for pace in PER_SECOND {
        let load = Load {
            address: server.address.clone(),
            body: body.to_vec(),
            connections: CONNECTIONS,
            span,
            pace: Some(pace),
        };
        let load = tokio::spawn(load.run());
        let (mut most, mut oldest) = (0, 0);
        while !load.is_finished() {
            tokio::time::sleep(LOOK).await;
            let (waiting, age) = server.backlog();
            (most, oldest) = (most.max(waiting), oldest.max(age));
        }
        let measured = load.await.unwrap();
        let (rate, p50, p99) = (measured.rate(), measured.p(50), measured.p(99));
        println!("| {pace}/s | {rate:.0} | {p50:.2} | {p99:.2} | {most} | {oldest} |");
        assert_eq!(measured.refused, 0, "every delivery must be answered 200");
    }
    println!();
}

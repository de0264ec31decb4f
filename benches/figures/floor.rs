//! The floor: what any durable receiver must pay. An axum handler that verifies the HMAC, appends the body to a file and answers
//! after a group `fdatasync`, nothing else.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use opscenter::ingest::{Request, verify};
use opscenter::provider::Catalog;
use opscenter::sources::VerificationMethod;
use tokio::sync::{mpsc, oneshot};

use super::load::SECRET;

/// Bodies per `fdatasync`, as many as OpsCenter stores in one transaction.
const BATCH: usize = 128;

type Job = (Bytes, oneshot::Sender<()>);

struct Receiver {
    methods: Vec<VerificationMethod>,
    jobs: mpsc::Sender<Job>,
}

/// Serves until the process is killed; the bodies go to a file in the working directory.
pub async fn serve(port: u16) {
    let (jobs, waiting) = mpsc::channel(4096);
    std::thread::spawn(|| append(waiting, File::create("floor.bin").unwrap()));
    let (catalog, _) = Catalog::load(None);
    let methods = opscenter::sources::methods(&catalog.find("github").unwrap().verify, SECRET).unwrap();
    let receiver = Arc::new(Receiver { methods, jobs });
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let router = Router::new().route("/api/webhooks/{source}", post(receive)).with_state(receiver);
    axum::serve(listener, router).await.unwrap();
}

async fn receive(State(receiver): State<Arc<Receiver>>, headers: HeaderMap, body: Bytes) -> (StatusCode, &'static str) {
    let content_type = "application/json";
    let request =
        Request { headers: &headers, content_type, body: &body, public_key: None, url: "", query: "", now: 0 };
    if verify(&receiver.methods, &request).is_err() {
        return (StatusCode::UNAUTHORIZED, "");
    }
    let (done, stored) = oneshot::channel();
    receiver.jobs.send((body, done)).await.unwrap();
    stored.await.unwrap();
    (StatusCode::OK, r#"{"status":"accepted","event_id":1}"#)
}

fn append(mut waiting: mpsc::Receiver<Job>, mut file: File) {
    let mut jobs = Vec::with_capacity(BATCH);
    while waiting.blocking_recv_many(&mut jobs, BATCH) > 0 {
        jobs.iter().for_each(|(body, _)| file.write_all(body).unwrap());
        file.sync_data().unwrap();
        for (_, done) in jobs.drain(..) {
            let _hung_up = done.send(());
        }
    }
}

//! The accept loop. Not `axum::serve`, which has no timeout for a client that never finishes its headers.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::StatusCode;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::connections::{Connection, Connections, Phase, Stream, Tracked};
use super::peer::{Client, forwarded_for};
use crate::config::Proxies;
use crate::network::network;

/// Read buffer per connection, for incomplete headers; hyper responds with 431 above about twice that.
const MAX_HEADERS: usize = 32 * 1024;

/// Time for requests in progress to complete at shutdown.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// Shared state of all connections.
#[derive(Clone)]
struct Acceptor {
    router: Router,
    trusted: Arc<Proxies>,
    stop: CancellationToken,
}

/// Serves until stopped, then completes the requests in progress.
pub async fn serve(listener: TcpListener, router: Router, most: usize, trusted: Proxies, stop: CancellationToken) {
    let (tasks, connections) = (TaskTracker::new(), Connections::new(most));
    let acceptor = Acceptor { router, trusted: Arc::new(trusted), stop };
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = acceptor.stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                // Otherwise a page in several pieces, or frames in quick succession, would wait 40 ms for the client's
                // acknowledgement (Nagle's algorithm, RFC 896). If the client has already disconnected, the next read reports
                // it.
                let _gone_already = stream.set_nodelay(true);
                let home = (!acceptor.trusted.contains(peer.ip())).then(|| network(peer.ip()));
                if let Some(slot) = connections.admit(home) {
                    let connection = slot.connection.clone();
                    tasks.spawn(handle(Stream::new(stream, slot), connection, peer, acceptor.clone()));
                }
            }
            Err(error) => {
                tracing::warn!("cannot accept a connection: {error}");
                connections.make_room();
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    tasks.close();
    if tokio::time::timeout(SHUTDOWN_GRACE, tasks.wait()).await.is_err() {
        tracing::warn!(connections = tasks.len(), "closed remaining connections");
    }
}

async fn handle(stream: Stream, connection: Arc<Connection>, peer: SocketAddr, acceptor: Acceptor) {
    let (known, stop) = (connection.clone(), acceptor.stop.clone());
    let service = service_fn(move |request| answer(request, peer, acceptor.clone(), known.clone()));
    let mut http = http1::Builder::new();
    // Its own timeout for headers would also count the time between two requests.
    http.timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(MAX_HEADERS);
    let serving = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
    tokio::pin!(serving);
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = connection.closing() => return,
        () = connection.overdue() => return,
        () = stop.cancelled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!("a connection ended early: {error}");
    }
}

async fn answer(
    request: hyper::Request<Incoming>,
    peer: SocketAddr,
    acceptor: Acceptor,
    connection: Arc<Connection>,
) -> Result<hyper::Response<Tracked<Body>>, Infallible> {
    let client = forwarded_for(peer.ip(), request.headers(), &acceptor.trusted);
    connection.asked(client);
    let mut request = request.map(|body| Body::new(Tracked::request(body, connection.clone())));
    request.extensions_mut().insert(Client(client));
    let response = acceptor.router.oneshot(request).await.unwrap_or_else(|never| match never {});
    let is_live = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    connection.enter(if is_live { Phase::Live } else { Phase::Answer });
    Ok(response.map(|body| Tracked::answer(body, connection)))
}

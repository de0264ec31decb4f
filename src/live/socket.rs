//! One WebSocket connection: hello, the missed frames, then new frames until either side closes it.

use std::sync::Arc;
use std::time::Duration;

use app::types::{Actor, Frame, FrameKind};
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, MissedTickBehavior, timeout};
use tokio_util::sync::CancellationToken;

use super::{Hub, Wire};
use crate::ops::Ops;

/// Heartbeat interval, and the silence after which a client is disconnected.
const HEARTBEAT: Duration = Duration::from_secs(8);
const SILENCE: Duration = Duration::from_secs(40);

/// Timeout for sending one frame.
const SLOW: Duration = Duration::from_secs(10);

/// A client that missed more frames than this gets a resync instead.
const CATCH_UP: i64 = 500;

/// Close codes: service restart and try again later (IANA WebSocket registry), policy violation (RFC 6455, 7.4.1).
const RESTART: u16 = 1012;
const TRY_AGAIN: u16 = 1013;
const POLICY: u16 = 1008;

/// Dependencies of a connection.
#[derive(Clone, Debug)]
pub struct Live {
    /// Shared state of the node.
    pub ops: Arc<Ops>,
    /// Source of the frames.
    pub hub: Hub,
    /// Cancelled when the node stops; connections then close with 1012.
    pub stop: CancellationToken,
}

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
enum End {
    #[error("client disconnected")]
    Left,
    #[error("the client is slow")]
    Slow,
    #[error("client timed out")]
    Silent,
    #[error("session ended")]
    SignedOut,
    #[error("server shutting down")]
    Stopping,
    #[error("database not responding: {0}")]
    Database(#[from] sqlx::Error),
}

impl End {
    const fn code(&self) -> Option<u16> {
        match self {
            Self::Left => None,
            Self::Stopping => Some(RESTART),
            Self::SignedOut => Some(POLICY),
            Self::Slow | Self::Silent | Self::Database(_) => Some(TRY_AGAIN),
        }
    }
}

impl Live {
    /// Serves one client until the connection ends. `after` is the last sequence number it received, `None` for a new
    /// page. `still_in` returns whether its session or token is still valid; it is called at every heartbeat.
    pub async fn serve<F>(self, socket: WebSocket, actor: Actor, after: Option<i64>, still_in: impl Fn() -> F)
    where
        F: Future<Output = bool>,
    {
        let clients = &self.ops.metrics.live_clients;
        clients.inc();
        tracing::info!(actor = actor.name, count = clients.get(), "live client connected");
        let mut connection = Connection { socket, sent: 0, heard: Instant::now() };
        let end = match self.run(&mut connection, after, still_in).await {
            Ok(never) => match never {},
            Err(end) => end,
        };
        clients.dec();
        tracing::info!(actor = actor.name, count = clients.get(), "live client disconnected: {end}");
        connection.close(&end).await;
    }

    async fn run<F>(
        &self,
        connection: &mut Connection,
        after: Option<i64>,
        still_in: impl Fn() -> F,
    ) -> Result<std::convert::Infallible, End>
    where
        F: Future<Output = bool>,
    {
        let mut frames = self.hub.join();
        // Boxed, like the session check below, to keep the future of an idle socket small.
        Box::pin(self.greet(connection, after)).await?;
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                frame = frames.recv() => match frame {
                    Ok(wire) => connection.forward(&wire).await?,
                    Err(RecvError::Lagged(_)) => return Err(End::Slow),
                    Err(RecvError::Closed) => return Err(End::Stopping),
                },
                message = connection.socket.recv() => connection.on_message(message)?,
                _ = heartbeat.tick() => {
                    if !Box::pin(still_in()).await {
                        return Err(End::SignedOut);
                    }
                    connection.beat(self.ops.now()).await?;
                }
                () = self.stop.cancelled() => return Err(End::Stopping),
            }
        }
    }

    /// Sends hello and all frames after `after`, or a resync if these are too many or `after` is no valid position.
    async fn greet(&self, connection: &mut Connection, after: Option<i64>) -> Result<(), End> {
        let newest = self.ops.db.last_activity().await?;
        let now = self.ops.now();
        let build = serde_json::json!({ "build": crate::build_id() });
        connection.send(Frame::new(FrameKind::Hello, newest, now, build).to_text()).await?;
        let after = after.unwrap_or(newest);
        connection.sent = newest;
        let missed = newest.saturating_sub(after);
        if !(0..=CATCH_UP).contains(&missed) {
            return connection.send(Frame::resync(newest, now, missed.clamp(0, newest)).to_text()).await;
        }
        connection.sent = after;
        for frame in self.ops.db.list_frames(after, CATCH_UP).await? {
            connection.sent = frame.seq;
            connection.send(frame.to_text()).await?;
        }
        Ok(())
    }
}

struct Connection {
    socket: WebSocket,
    /// Sequence number of the newest frame that was sent.
    sent: i64,
    /// When the client last sent a message, such as a pong.
    heard: Instant,
}

impl Connection {
    async fn send(&mut self, text: String) -> Result<(), End> {
        match timeout(SLOW, self.socket.send(Message::Text(text.into()))).await {
            Ok(sent) => sent.map_err(|_| End::Left),
            Err(_) => Err(End::Slow),
        }
    }

    /// Sends a frame unless the catch-up sent it already.
    async fn forward(&mut self, wire: &Wire) -> Result<(), End> {
        match wire.seq {
            Some(seq) if seq <= self.sent => return Ok(()),
            Some(seq) => self.sent = seq,
            None => {}
        }
        self.send(wire.text.clone()).await
    }

    /// Sends a frame for the page, which cannot see pings, and a ping for the connection.
    async fn beat(&mut self, now: i64) -> Result<(), End> {
        if self.heard.elapsed() > SILENCE {
            return Err(End::Silent);
        }
        self.send(Frame::new(FrameKind::Ping, self.sent, now, serde_json::Value::Null).to_text()).await?;
        match timeout(SLOW, self.socket.send(Message::Ping(Vec::new().into()))).await {
            Ok(sent) => sent.map_err(|_| End::Left),
            Err(_) => Err(End::Slow),
        }
    }

    /// Any message only shows that the client is alive.
    fn on_message(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        match message {
            Some(Ok(Message::Close(_)) | Err(_)) | None => Err(End::Left),
            Some(Ok(_)) => {
                self.heard = Instant::now();
                Ok(())
            }
        }
    }

    async fn close(mut self, end: &End) {
        if let Some(code) = end.code() {
            let frame = CloseFrame { code, reason: end.to_string().chars().take(100).collect::<String>().into() };
            let _gone_already = timeout(Duration::from_secs(1), self.socket.send(Message::Close(Some(frame)))).await;
        }
    }
}

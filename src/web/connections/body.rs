//! Bodies that report to their connection when they are read and when they end.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http_body::{Body, Frame, SizeHint};

use super::{Connection, Phase};

/// The body of a request or response.
#[derive(Debug)]
pub struct Tracked<B: Body> {
    body: B,
    connection: Arc<Connection>,
    /// The connection's phase while the body is transferred, and afterwards.
    during: Phase,
    after: Phase,
    is_over: bool,
}

impl<B: Body> Tracked<B> {
    /// Wraps a request body.
    pub const fn request(body: B, connection: Arc<Connection>) -> Self {
        Self { body, connection, during: Phase::Body, after: Phase::Work, is_over: false }
    }

    /// Wraps a response body.
    pub const fn answer(body: B, connection: Arc<Connection>) -> Self {
        Self { body, connection, during: Phase::Answer, after: Phase::Sent, is_over: false }
    }
}

impl<B: Body + Unpin> Body for Tracked<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let tracked = self.get_mut();
        tracked.connection.enter(tracked.during);
        let frame = Pin::new(&mut tracked.body).poll_frame(cx);
        tracked.is_over |= matches!(frame, Poll::Ready(None));
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B: Body> Drop for Tracked<B> {
    fn drop(&mut self) {
        let is_whole = self.is_over || self.body.is_end_stream();
        self.connection.leave(self.during, self.after, is_whole);
    }
}

//! The byte stream of a connection: counts bytes, and fails when a peer does not read.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::Slot;

/// A write without progress for this long fails.
const STALL: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 20 });

/// How long the rest of an unread request body is drained.
const LINGER: Duration = Duration::from_secs(5);

/// A TCP stream with its slot.
#[derive(Debug)]
pub struct Stream {
    stream: TcpStream,
    slot: Slot,
    /// Runs while a write is blocked, and while the rest is drained.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Stream {
    pub const fn new(stream: TcpStream, slot: Slot) -> Self {
        Self { stream, slot, timer: None }
    }

    fn is_over(&mut self, cx: &mut Context<'_>, time: Duration) -> bool {
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(time)));
        timer.as_mut().poll(cx).is_ready()
    }

    fn watched(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(written) = written {
            self.timer = None;
            self.slot.connection.sent(*written.as_ref().unwrap_or(&0));
            return Poll::Ready(written);
        }
        if self.is_over(cx, STALL) { Poll::Ready(Err(ErrorKind::TimedOut.into())) } else { Poll::Pending }
    }

    /// Drains remaining input. Closing with unread data would make the kernel send a reset, and the client could lose our
    /// response.
    fn linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut scrap = [0; 8192];
        while !self.is_over(cx, LINGER) {
            let mut scrap = ReadBuf::new(&mut scrap);
            match ready!(Pin::new(&mut self.stream).poll_read(cx, &mut scrap)) {
                Ok(()) if !scrap.filled().is_empty() => {}
                _ended => break,
            }
        }
        Poll::Ready(())
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let (this, before) = (self.get_mut(), buf.filled().len());
        ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
        this.slot.connection.received(buf.filled().len() - before);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(cx, buf);
        this.watched(cx, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(cx, bufs);
        this.watched(cx, written)
    }

    /// Otherwise hyper copies every response into one buffer.
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Called when everything has been written.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.stream).poll_flush(cx))?;
        this.slot.connection.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
        if this.slot.connection.is_unread() {
            ready!(this.linger(cx));
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::web::connections::Connections;

    async fn pair() -> (Stream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let slot = Connections::new(8).admit(None).unwrap();
        (Stream::new(listener.accept().await.unwrap().0, slot), client)
    }

    #[tokio::test]
    async fn who_reads_nothing_is_given_up_and_who_reads_slowly_is_not() {
        let (mut stream, _reads_nothing) = pair().await;
        let failed = stream.write_all(&vec![0; 64 << 20]).await.unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::TimedOut);

        let (mut stream, mut client) = pair().await;
        let slowly = tokio::spawn(async move {
            let (mut sum, mut chunk) = (0, vec![0; 4 << 20]);
            while let Ok(n @ 1..) = client.read(&mut chunk).await {
                sum += n;
                sleep(Duration::from_millis(100)).await;
            }
            sum
        });
        stream.write_all(&vec![0; 48 << 20]).await.unwrap();
        stream.shutdown().await.unwrap();
        drop(stream);
        assert_eq!(slowly.await.unwrap(), 48 << 20);
    }
}

//! Limits concurrent payload downloads, since each body may be large and a client slow.

use std::sync::Arc;
use std::time::Duration;

use app::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::error::Result;

/// Number of concurrent reads, and how long a request waits for a permit.
const AT_ONCE: usize = 4;
const WAIT: Duration = Duration::from_secs(5);

/// Permits to read a body.
#[derive(Clone, Debug)]
pub struct PayloadReads(Arc<Semaphore>);

/// A body as received; its permit is released on drop.
#[derive(Debug)]
pub struct Payload {
    bytes: Vec<u8>,
    _place: OwnedSemaphorePermit,
}

impl Default for PayloadReads {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl PayloadReads {
    /// Reads once a permit is available; `Unavailable` if none is in time.
    pub async fn read(&self, body: impl Future<Output = Result<Vec<u8>>>) -> Result<Payload> {
        let place = timeout(WAIT, self.0.clone().acquire_owned()).await;
        let place = place.ok().and_then(std::result::Result::ok).ok_or(Error::Unavailable)?;
        Ok(Payload { bytes: body.await?, _place: place })
    }
}

impl AsRef<[u8]> for Payload {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_so_many_are_in_memory_at_once() {
        let reads = PayloadReads::default();
        let mut held = Vec::new();
        for _ in 0..AT_ONCE {
            held.push(reads.read(async { Ok(vec![0; 8]) }).await.unwrap());
        }
        assert!(reads.read(async { Ok(vec![0; 8]) }).await.is_err());
        held.pop();
        assert_eq!(reads.read(async { Ok(b"bytes".to_vec()) }).await.unwrap().as_ref(), b"bytes");
    }
}

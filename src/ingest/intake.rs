//! Taking a body in: bounded while it streams, in bytes and in time, and few large ones at once.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures::StreamExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Refusal;

/// Beyond this a body counts as large.
const LARGE: usize = 1024 * 1024;

/// Large bodies under way at once: 8 × 25 MiB at most.
const LARGE_AT_ONCE: usize = 8;

/// A body must be whole within this.
const PATIENCE: Duration = Duration::from_secs(30);

/// Bounds what all bodies together may hold.
#[derive(Clone, Debug)]
pub struct Intake {
    large: Arc<Semaphore>,
}

impl Default for Intake {
    fn default() -> Self {
        Self { large: Arc::new(Semaphore::new(LARGE_AT_ONCE)) }
    }
}

impl Intake {
    /// The whole body, if it is no larger than `limit` bytes.
    pub async fn read(&self, body: Body, limit: u64) -> Result<Bytes, Refusal> {
        let read = tokio::time::timeout(PATIENCE, self.collect(body, limit));
        read.await.unwrap_or_else(|_| Err(Refusal::Interrupted("it took too long".to_owned())))
    }

    async fn collect(&self, body: Body, limit: u64) -> Result<Bytes, Refusal> {
        let mut chunks = body.into_data_stream();
        let mut whole: Vec<u8> = Vec::new();
        let mut permit: Option<OwnedSemaphorePermit> = None;
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| Refusal::Interrupted(error.to_string()))?;
            if (whole.len() + chunk.len()) as u64 > limit {
                return Err(Refusal::TooLarge(limit));
            }
            if permit.is_none() && whole.len() + chunk.len() > LARGE {
                permit = Some(self.large.clone().try_acquire_owned().map_err(|_| Refusal::Crowded)?);
            }
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.into())
    }
}

//! Taking a body in: bounded while it streams, in bytes, in time, and in what all bodies together may hold.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures::StreamExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Refusal;

/// What all bodies under way may hold together, until each is stored: 256 MiB in KiB.
const BUDGET: usize = 256 * 1024;

/// A body must be whole within this.
const PATIENCE: Duration = Duration::from_secs(30);

/// Bounds what all bodies together may hold.
#[derive(Clone, Debug)]
pub struct Intake {
    budget: Arc<Semaphore>,
}

/// A whole body, counted against the budget for as long as this lives.
#[derive(Debug)]
pub struct Taken {
    pub bytes: Bytes,
    _share: Option<OwnedSemaphorePermit>,
}

impl Default for Intake {
    fn default() -> Self {
        Self { budget: Arc::new(Semaphore::new(BUDGET)) }
    }
}

impl Intake {
    /// The whole body, if it is no larger than `limit` bytes.
    pub async fn read(&self, body: Body, limit: u64) -> Result<Taken, Refusal> {
        let read = tokio::time::timeout(PATIENCE, self.collect(body, limit));
        read.await.unwrap_or_else(|_| Err(Refusal::Interrupted("it took too long".to_owned())))
    }

    async fn collect(&self, body: Body, limit: u64) -> Result<Taken, Refusal> {
        let mut chunks = body.into_data_stream();
        let mut whole: Vec<u8> = Vec::new();
        let mut share: Option<OwnedSemaphorePermit> = None;
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| Refusal::Interrupted(error.to_string()))?;
            if (whole.len() + chunk.len()) as u64 > limit {
                return Err(Refusal::TooLarge(limit));
            }
            whole.extend_from_slice(&chunk);
            self.grow(&mut share, whole.len())?;
        }
        Ok(Taken { bytes: whole.into(), _share: share })
    }

    /// Makes the share as large as the body has become.
    fn grow(&self, share: &mut Option<OwnedSemaphorePermit>, length: usize) -> Result<(), Refusal> {
        let have = share.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = length.div_ceil(1024).saturating_sub(have) as u32;
        if missing > 0 {
            let more = self.budget.clone().try_acquire_many_owned(missing).map_err(|_| Refusal::Crowded)?;
            match share {
                Some(share) => share.merge(more),
                None => *share = Some(more),
            }
        }
        Ok(())
    }
}

//! Which channels are being drained: one task each.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Channels with a task at work.
#[derive(Clone, Debug, Default)]
pub struct Busy(Arc<Mutex<HashSet<i64>>>);

/// The right to drain a channel, until dropped.
#[derive(Debug)]
pub struct Turn {
    busy: Busy,
    channel: i64,
}

impl Busy {
    /// None while another holds it.
    pub fn enter(&self, channel: i64) -> Option<Turn> {
        let is_free = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(channel);
        is_free.then(|| Turn { busy: self.clone(), channel })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.busy.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.channel);
    }
}

#[cfg(test)]
mod tests {
    use super::Busy;

    #[tokio::test]
    async fn a_task_that_panics_gives_its_channel_back() {
        let busy = Busy::default();
        let turn = busy.enter(1).unwrap();
        assert!(busy.enter(1).is_none() && busy.enter(2).is_some());
        let ended = tokio::spawn(async move {
            let _turn = turn;
            panic!("on purpose");
        });
        assert!(ended.await.is_err() && busy.enter(1).is_some());
    }
}

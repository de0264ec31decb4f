//! The tail: reads new timeline entries, woken by the bus and at least once a second.

use std::sync::Arc;
use std::time::{Duration, Instant};

use app::types::{Frame, FrameKind};
use tokio_util::sync::CancellationToken;

use super::Hub;
use crate::ops::Ops;

/// If a page of frames updates more alerts than this, a resync replaces the updates.
const MANY: usize = 100;

/// Frames per query.
const PAGE: i64 = 500;

const TICK: Duration = Duration::from_secs(1);

/// Interval at which figures are sent when nothing changes.
const QUIET: Duration = Duration::from_secs(8);

/// Follows the timeline until `stop` is cancelled.
pub async fn follow(ops: Arc<Ops>, hub: Hub, stop: CancellationToken) {
    let mut bus = ops.bus.subscribe();
    let mut tail = Tail { last: None, told: None, news: None };
    loop {
        if let Err(error) = tail.advance(&ops, &hub).await {
            tracing::warn!("cannot read the timeline: {error}");
        }
        tail.tell_stats(&ops, &hub).await;
        tokio::select! {
            () = bus.woken() => {}
            () = tokio::time::sleep(TICK) => {}
            () = stop.cancelled() => return,
        }
    }
}

struct Tail {
    /// Sequence number of the newest frame sent or skipped; `None` before the first read.
    last: Option<i64>,
    /// When figures were last sent.
    told: Option<Instant>,
    /// When a change was last seen since figures were sent; `None` if there was none.
    news: Option<Instant>,
}

impl Tail {
    async fn advance(&mut self, ops: &Ops, hub: &Hub) -> crate::db::Result<()> {
        let Some(last) = self.last.filter(|_| !hub.is_empty()) else {
            return self.skip(ops, hub).await;
        };
        let mut last = last;
        loop {
            let frames = ops.db.list_frames(last, PAGE).await?;
            let Some(end) = frames.last().map(|frame| frame.seq) else { break };
            give(hub, &frames);
            tracing::debug!(frames = frames.len(), seq = end, "sent to all live clients");
            last = end;
            if frames.len() < PAGE as usize {
                break;
            }
        }
        self.news = Some(Instant::now()).filter(|_| self.last != Some(last)).or(self.news);
        self.last = Some(last);
        Ok(())
    }

    /// Without clients the frames are skipped, unless a client joined during the query: it may have read an older
    /// position.
    async fn skip(&mut self, ops: &Ops, hub: &Hub) -> crate::db::Result<()> {
        let newest = ops.db.last_activity().await?;
        self.news = Some(Instant::now()).filter(|_| self.last.is_some_and(|last| last < newest)).or(self.news);
        if self.last.is_none() || hub.is_empty() {
            self.last = Some(newest);
        }
        Ok(())
    }

    /// Sends figures: at most once a second after a change, and every [`QUIET`] anyway, since they include health, which
    /// changes without a timeline entry.
    async fn tell_stats(&mut self, ops: &Ops, hub: &Hub) {
        let since = self.told.map(|told| told.elapsed());
        let is_due = since.is_none_or(|since| since > QUIET || (self.news.is_some() && since > TICK));
        if !is_due || hub.is_empty() {
            return;
        }
        match crate::overview::numbers_after(ops, self.news.unwrap_or_else(Instant::now)).await {
            Ok(numbers) => {
                let data = serde_json::to_value(&*numbers).unwrap_or_default();
                hub.send_aside(&Frame::new(FrameKind::Stats, self.last.unwrap_or(0), ops.now(), data));
                (self.told, self.news) = (Some(Instant::now()), None);
            }
            Err(error) => tracing::warn!("cannot read the statistics: {error}"),
        }
    }
}

/// Sends frames to every socket. After a bulk change of alerts one resync replaces the updates; new alerts are still sent.
fn give(hub: &Hub, frames: &[Frame]) {
    let changed = frames.iter().filter(|frame| frame.kind == FrameKind::AlertUpdated).count();
    if changed <= MANY {
        return frames.iter().for_each(|frame| hub.send(frame));
    }
    frames.iter().filter(|frame| frame.kind == FrameKind::NewAlert).for_each(|frame| hub.send(frame));
    if let Some(last) = frames.last() {
        hub.send(&Frame::resync(last.seq, last.at, changed as i64));
    }
}

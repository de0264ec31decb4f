//! The live stream as signals: where it stands, what came, what time it is at the server.

#[cfg(feature = "hydrate")]
mod socket;
#[cfg(feature = "hydrate")]
mod sound;

use std::collections::VecDeque;

use leptos::prelude::*;

use crate::types::{Frame, FrameKind, Numbers};

/// Frames that a page which is still loading can go back to.
const LOG: usize = 600;

/// The pill's states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveState {
    /// Before the first connection.
    Connecting,
    Live {
        lag_ms: i64,
    },
    /// For a moment after a return.
    CaughtUp {
        missed: i64,
    },
    Reconnecting,
    /// Nothing was heard since.
    Stale {
        since: i64,
    },
}

impl LiveState {
    /// The word in CSS.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connecting | Self::Reconnecting => "connecting",
            Self::Live { .. } => "live",
            Self::CaughtUp { .. } => "caught-up",
            Self::Stale { .. } => "stale",
        }
    }
}

/// The server's time, in Unix milliseconds; stands still until the page runs.
#[derive(Clone, Copy, Debug)]
pub struct Clock(pub RwSignal<i64>);

impl Clock {
    /// The present, as a signal.
    pub fn now(self) -> i64 {
        self.0.get()
    }
}

/// What pages and the shell share of the stream.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    pub state: RwSignal<LiveState>,
    /// Alert frames in order; a page applies those after what it has loaded.
    pub log: RwSignal<VecDeque<Frame>>,
    /// The newest numbers, once some came.
    pub numbers: RwSignal<Option<Numbers>>,
    /// Counts orders to reload what is shown.
    pub reload: RwSignal<u32>,
    /// Whether another build answers than the one this page is of.
    pub outdated: RwSignal<bool>,
    /// Whether a critical alert makes a sound.
    pub sound: RwSignal<bool>,
    /// Counts wishes to connect at once.
    retries: RwSignal<u32>,
}

impl Live {
    /// A stream that has not begun.
    pub fn new() -> Self {
        Self {
            state: RwSignal::new(LiveState::Connecting),
            log: RwSignal::default(),
            numbers: RwSignal::new(None),
            reload: RwSignal::new(0),
            outdated: RwSignal::new(false),
            sound: RwSignal::new(false),
            retries: RwSignal::new(0),
        }
    }

    /// Connects now rather than after the pause.
    pub fn retry(self) {
        self.retries.update(|n| *n += 1);
    }

    /// Begins to follow the stream from `seq` on; only in a browser.
    pub fn start(self, clock: Clock, seq: i64, build: String) {
        #[cfg(feature = "hydrate")]
        {
            self.sound.set(sound::is_on());
            socket::follow(self, clock, seq, build);
        }
        #[cfg(not(feature = "hydrate"))]
        let _on_the_server = (clock, seq, build);
    }

    /// Switches the sound, and plays it once so that one knows it.
    pub fn toggle_sound(self) {
        self.sound.update(|on| *on = !*on);
        #[cfg(feature = "hydrate")]
        sound::switch(self.sound.get_untracked());
    }

    /// Calls `apply` with each alert frame after `seq`, those of the log first and then as they come.
    pub fn each_after(self, seq: i64, apply: impl Fn(&Frame) + 'static) {
        let applied = StoredValue::new(seq);
        Effect::new(move |_| {
            self.log.with(|log| {
                for frame in log.iter().filter(|frame| frame.seq > applied.get_value()) {
                    applied.set_value(frame.seq);
                    untrack(|| apply(frame));
                }
            });
        });
    }

    /// Takes a frame in.
    #[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
    fn take(self, frame: Frame) {
        match frame.kind {
            FrameKind::NewAlert | FrameKind::AlertUpdated => self.log.update(|log| {
                log.push_back(frame);
                let surplus = log.len().saturating_sub(LOG);
                log.drain(..surplus);
            }),
            FrameKind::Stats => {
                if let Ok(numbers) = serde_json::from_value(frame.data) {
                    self.numbers.set(Some(numbers));
                }
            }
            FrameKind::Resync => {
                self.numbers.set(None);
                self.log.update(VecDeque::clear);
                self.reload.update(|n| *n += 1);
            }
            FrameKind::Hello | FrameKind::Ping => {}
        }
    }
}

impl Default for Live {
    fn default() -> Self {
        Self::new()
    }
}

//! State of the live stream, updated by each frame.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use web_sys::CloseEvent;

use super::browser_now;
use super::connection::Connection;
use crate::live::gather::Gathered;
use crate::live::heard::{Hello, arrival, data};
use crate::live::{Arrival, Clock, Live, LiveState, desktop, sound};
use crate::types::{Frame, FrameKind, Severity};

/// Silence in milliseconds after which the page counts as stale. The server sends a frame at least every 8 s.
const STALE: i64 = 20_000;

/// How long "Caught up" is shown, in milliseconds.
const CAUGHT_UP: i64 = 5_000;

/// First and longest reconnect delay, in milliseconds; shorter while the server may only be restarting.
const FIRST_PAUSE: i64 = 500;
const LONGEST_PAUSE: i64 = 10_000;
const RESTART_PAUSE: i64 = 1_000;
const RESTART: i64 = 60_000;

/// WebSocket close code for a session that ended (RFC 6455, policy violation).
const POLICY: u16 = 1008;

/// Applies frames to the [`Live`] signals, and decides when to reconnect.
pub struct Follower {
    live: Live,
    gathered: Rc<Gathered>,
    pub(super) clock: Clock,
    /// Build id of this page.
    build: String,
    pub(super) seq: Cell<i64>,
    /// Server clock minus browser clock in milliseconds, measured from the frame with the lowest latency so far.
    pub(super) skew: Cell<Option<i64>>,
    heard_at: Cell<i64>,
    /// After a reconnect: the sequence number at which the stream has caught up, and the number of missed steps.
    resumed: Cell<Option<(i64, i64)>>,
    caught_up_at: Cell<Option<(i64, i64)>>,
    next_try: Cell<i64>,
    pause: Cell<i64>,
    connection: RefCell<Option<Connection>>,
    /// The closed connection. It is kept until the next one opens, because its listener may still be running.
    closed: RefCell<Option<Connection>>,
    opened_at: Cell<i64>,
}

impl Follower {
    /// Not connected yet; frames after `seq` are wanted.
    pub fn of(live: Live, clock: Clock, seq: i64, build: String) -> Self {
        let now = browser_now();
        Self {
            live,
            gathered: Gathered::new(live),
            clock,
            build,
            seq: Cell::new(seq),
            skew: Cell::new(Some(clock.at.get_untracked() - now)),
            heard_at: Cell::new(now),
            resumed: Cell::new(None),
            caught_up_at: Cell::new(None),
            next_try: Cell::new(0),
            pause: Cell::new(FIRST_PAUSE),
            connection: RefCell::new(None),
            closed: RefCell::new(None),
            opened_at: Cell::new(now),
        }
    }

    /// Handles a frame, and resets the backoff.
    pub fn on_message(&self, frame: Frame) {
        let now = browser_now();
        self.heard_at.set(now);
        self.pause.set(FIRST_PAUSE);
        let ahead = frame.at - now;
        let skew = self.skew.get().map_or(ahead, |skew| skew.max(ahead));
        if frame.kind == FrameKind::Ping || frame.kind == FrameKind::Hello {
            self.skew.set(Some(skew));
        }
        match frame.kind {
            FrameKind::Hello => self.greeted(frame.clone()),
            // The server's log may have been reset, so its sequence number replaces ours even if it is lower.
            FrameKind::Resync => self.seq.set(frame.seq),
            _ => self.seq.set(self.seq.get().max(frame.seq)),
        }
        self.check_caught_up(&frame, now);
        self.take(frame, now);
        if self.caught_up_at.get().is_none() {
            self.live.state.set(LiveState::Live { lag_ms: (skew - ahead).max(0) });
        }
    }

    fn take(&self, frame: Frame, now: i64) {
        match frame.kind {
            FrameKind::NewAlert | FrameKind::AlertUpdated => {
                if let Some(arrival) = arrival(frame) {
                    self.ring(&arrival);
                    self.gathered.take(arrival, now);
                }
            }
            FrameKind::Stats => self.live.numbers.set(data(frame)),
            FrameKind::Resync => self.gathered.begin_anew(now),
            FrameKind::Hello | FrameKind::Ping => {}
        }
    }

    /// Handles `hello`, which carries the server's sequence number.
    fn greeted(&self, hello: Frame) {
        let missed = hello.seq - self.seq.get();
        let was_away = !matches!(self.live.state.get_untracked(), LiveState::Connecting | LiveState::Live { .. });
        self.resumed.set((was_away && missed > 0).then_some((hello.seq, missed)));
        self.live.outdated.set(data(hello).is_some_and(|hello: Hello| hello.build != self.build));
    }

    fn check_caught_up(&self, frame: &Frame, now: i64) {
        let Some((target, missed)) = self.resumed.get() else { return };
        if frame.kind != FrameKind::Hello && frame.seq >= target {
            self.resumed.set(None);
            self.caught_up_at.set(Some((now, missed)));
            self.live.state.set(LiveState::CaughtUp { missed });
        }
    }

    fn ring(&self, arrival: &Arrival) {
        let is_critical = arrival.alert.severity == Severity::Critical;
        if arrival.is_new && is_critical && self.live.sound.get_untracked() {
            sound::play();
        }
        let desktop = self.live.desktop.get_untracked();
        // Alerts missed while disconnected only appear in the lists.
        let is_live = self.resumed.get().is_none();
        if arrival.is_new && is_live && desktop.is_some_and(|from| arrival.alert.severity >= from) {
            desktop::show(&arrival.alert);
        }
    }

    /// Records a connection attempt, successful or not.
    pub fn connected(&self, connection: Option<Connection>, now: i64) {
        self.closed.borrow_mut().take();
        self.opened_at.set(now);
        *self.connection.borrow_mut() = connection;
    }

    /// Whether it is time to reconnect.
    pub fn is_due(&self, now: i64) -> bool {
        self.connection.borrow().is_none() && now >= self.next_try.get()
    }

    /// Drops a connection that is silent; browsers never report a half-open one as closed.
    pub fn let_go_if_silent(&self, now: i64) {
        let since = self.heard_at.get().max(self.opened_at.get());
        if now - since > STALE && self.connection.borrow_mut().take().is_some() {
            self.next_try.set(now);
        }
    }

    /// Drops the connection and allows a reconnect at once.
    pub fn begin_anew(&self) {
        self.connection.borrow_mut().take();
        self.next_try.set(0);
    }

    /// Schedules a reconnect with backoff and jitter. Reloads the page if the session ended, which leads to the sign-in.
    pub fn closed(&self, event: &CloseEvent) {
        // Not dropped here, as its listener is the code that is running; the next connection drops it.
        let closed = self.connection.borrow_mut().take();
        *self.closed.borrow_mut() = closed;
        if event.code() == POLICY {
            let _leaving = window().location().reload();
            return;
        }
        let pause = self.pause.get();
        let jitter = (js_sys::Math::random() * pause as f64 / 2.0) as i64;
        self.next_try.set(browser_now() + pause + jitter);
        let is_restart = browser_now() - self.heard_at.get() < RESTART;
        self.pause.set((pause * 2).min(if is_restart { RESTART_PAUSE } else { LONGEST_PAUSE }));
        self.show(browser_now());
    }

    /// Updates the live pill.
    pub fn show(&self, now: i64) {
        let silent = now - self.heard_at.get();
        if self.caught_up_at.get().is_some_and(|(at, _)| now - at > CAUGHT_UP) {
            self.caught_up_at.set(None);
            self.live.state.set(LiveState::Live { lag_ms: 0 });
        }
        if silent > STALE {
            let since = self.heard_at.get() + self.skew.get().unwrap_or(0);
            self.set_state(LiveState::Stale { since });
        } else if self.connection.borrow().is_none() {
            self.caught_up_at.set(None);
            self.set_state(LiveState::Reconnecting);
        }
    }

    fn set_state(&self, state: LiveState) {
        if self.live.state.get_untracked() != state {
            self.live.state.set(state);
        }
    }
}

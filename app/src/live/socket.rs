//! The connection itself: opened, listened to, watched, opened again from where it was.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{CloseEvent, MessageEvent, WebSocket};

use super::gather::Gathered;
use super::heard::{Hello, arrival, data};
use super::{Arrival, Clock, Live, LiveState, sound};
use crate::types::{Frame, FrameKind, Severity};

/// Nothing heard for this long, in milliseconds, and the page may be out of date. The server speaks every 8 s.
const STALE: i64 = 20_000;

/// How long "Caught up" is shown, in milliseconds.
const CAUGHT_UP: i64 = 5_000;

/// The first and the longest pause before the next try, in milliseconds.
const FIRST_PAUSE: i64 = 500;
const LONGEST_PAUSE: i64 = 10_000;

/// Close code for a session that ended (RFC 6455, policy violation).
const POLICY: u16 = 1008;

struct Follower {
    live: Live,
    gathered: Rc<Gathered>,
    clock: Clock,
    /// Build of the page.
    build: String,
    seq: Cell<i64>,
    /// Server's clock minus the browser's, at the quickest frame so far.
    skew: Cell<Option<i64>>,
    heard_at: Cell<i64>,
    /// Where a resumed stream must get to before it has caught up, and how many that is.
    resumed: Cell<Option<(i64, i64)>>,
    caught_up_at: Cell<Option<(i64, i64)>>,
    next_try: Cell<i64>,
    pause: Cell<i64>,
    socket: RefCell<Option<WebSocket>>,
}

/// Follows the stream for as long as the page lives.
pub fn follow(live: Live, clock: Clock, seq: i64, build: String) {
    let now = browser_now();
    let follower = Rc::new(Follower {
        live,
        gathered: Gathered::new(live),
        clock,
        build,
        seq: Cell::new(seq),
        skew: Cell::new(None),
        heard_at: Cell::new(now),
        resumed: Cell::new(None),
        caught_up_at: Cell::new(None),
        next_try: Cell::new(0),
        pause: Cell::new(FIRST_PAUSE),
        socket: RefCell::new(None),
    });
    follower.skew.set(Some(clock.0.get_untracked() - now));
    connect(&follower);
    let ticking = follower.clone();
    let _for_ever = set_interval_with_handle(move || tick(&ticking), Duration::from_secs(1));
    Effect::new(move |before: Option<u32>| {
        let retries = live.retries.get();
        if before.is_some() {
            follower.next_try.set(0);
            tick(&follower);
        }
        retries
    });
}

fn browser_now() -> i64 {
    js_sys::Date::now() as i64
}

fn address(seq: i64) -> Option<String> {
    let location = window().location();
    let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
    Some(format!("{scheme}://{}/ws/alerts?after={seq}", location.host().ok()?))
}

fn connect(follower: &Rc<Follower>) {
    let Some(socket) = address(follower.seq.get()).and_then(|url| WebSocket::new(&url).ok()) else { return };
    let listening = follower.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let text = event.data().as_string().unwrap_or_default();
        if let Ok(frame) = crate::read::text(&text) {
            listening.hear(frame);
        }
    });
    let closing = follower.clone();
    let on_close = Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| closing.closed(&event));
    socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
    // They live as long as the socket, of which there are few.
    on_message.forget();
    on_close.forget();
    *follower.socket.borrow_mut() = Some(socket);
}

/// Every second: the clock, the pill, and another try if it is time.
fn tick(follower: &Rc<Follower>) {
    let now = browser_now();
    follower.clock.0.set(now + follower.skew.get().unwrap_or(0));
    if follower.socket.borrow().is_none() && now >= follower.next_try.get() {
        connect(follower);
    }
    follower.show(now);
}

impl Follower {
    fn hear(&self, frame: Frame) {
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
            // The log may have begun anew: what counts is where it stands now.
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
            FrameKind::Resync => self.gathered.begin_anew(),
            FrameKind::Hello | FrameKind::Ping => {}
        }
    }

    /// The stream answers, and says where it stands.
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
    }

    fn closed(&self, event: &CloseEvent) {
        self.socket.borrow_mut().take();
        if event.code() == POLICY {
            let _leaving = window().location().reload();
            return;
        }
        let pause = self.pause.get();
        let jitter = (js_sys::Math::random() * pause as f64 / 2.0) as i64;
        self.next_try.set(browser_now() + pause + jitter);
        self.pause.set((pause * 2).min(LONGEST_PAUSE));
        self.show(browser_now());
    }

    /// Tells the pill what is true now.
    fn show(&self, now: i64) {
        let silent = now - self.heard_at.get();
        if self.caught_up_at.get().is_some_and(|(at, _)| now - at > CAUGHT_UP) {
            self.caught_up_at.set(None);
            self.live.state.set(LiveState::Live { lag_ms: 0 });
        }
        if silent > STALE {
            let since = self.heard_at.get() + self.skew.get().unwrap_or(0);
            self.set_state(LiveState::Stale { since });
        } else if self.socket.borrow().is_none() {
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

//! The WebSocket connection: opened, monitored, and resumed after a failure.

mod connection;
mod follower;

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;

use super::{Clock, Live};

use connection::Connection;
use follower::Follower;

/// Follows the stream until the page is closed.
pub fn follow(live: Live, clock: Clock, seq: i64, build: String) {
    let follower = Rc::new(Follower::of(live, clock, seq, build));
    connect(&follower);
    let ticking = follower.clone();
    let _for_ever = set_interval_with_handle(move || tick(&ticking), Duration::from_secs(1));
    Effect::new(move |before: Option<u32>| {
        let retries = live.retries.get();
        if before.is_some() {
            follower.begin_anew();
            tick(&follower);
        }
        retries
    });
}

fn browser_now() -> i64 {
    js_sys::Date::now() as i64
}

fn connect(follower: &Rc<Follower>) {
    let connection = Connection::open(follower);
    follower.connected(connection, browser_now());
}

/// Runs every second: updates the clock and the pill, and reconnects when due.
fn tick(follower: &Rc<Follower>) {
    let now = browser_now();
    follower.clock.at.set(now + follower.skew.get().unwrap_or(0));
    follower.let_go_if_silent(now);
    if follower.is_due(now) {
        connect(follower);
    }
    follower.show(now);
}

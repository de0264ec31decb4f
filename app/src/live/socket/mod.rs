//! The connection itself: opened, listened to, watched, opened again from where it was.

mod follower;

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{CloseEvent, MessageEvent, WebSocket};

use super::{Clock, Live};

use follower::Follower;

/// Follows the stream for as long as the page lives.
pub fn follow(live: Live, clock: Clock, seq: i64, build: String) {
    let follower = Rc::new(Follower::of(live, clock, seq, build));
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

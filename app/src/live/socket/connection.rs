//! A WebSocket connection with its event listeners.

use std::rc::Rc;

use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{CloseEvent, MessageEvent, WebSocket};

use super::follower::Follower;

/// Owns the closures of its listeners, which must outlive the socket; dropping it removes both.
pub struct Connection {
    socket: WebSocket,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut(CloseEvent)>,
}

impl Connection {
    /// Connects and resumes at the follower's sequence number; `None` if the browser refuses.
    pub fn open(follower: &Rc<Follower>) -> Option<Self> {
        let socket = WebSocket::new(&address(follower.seq.get())?).ok()?;
        // Weak references, as the follower owns the connection.
        let (listening, closing) = (Rc::downgrade(follower), Rc::downgrade(follower));
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let text = event.data().as_string().unwrap_or_default();
            if let (Ok(frame), Some(follower)) = (crate::read::text(&text), listening.upgrade()) {
                follower.on_message(frame);
            }
        });
        let on_close = Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
            if let Some(follower) = closing.upgrade() {
                follower.closed(&event);
            }
        });
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Some(Self { socket, _on_message: on_message, _on_close: on_close })
    }
}

impl Drop for Connection {
    /// Detaches the listeners and closes without waiting: a half-open connection never completes the closing handshake.
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _closing_already = self.socket.close();
    }
}

fn address(seq: i64) -> Option<String> {
    let location = window().location();
    let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
    Some(format!("{scheme}://{}/ws/alerts?after={seq}", location.host().ok()?))
}

//! A live client.

use std::time::Duration;

use futures::StreamExt;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::TestApp;

/// An open connection.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl TestApp {
    /// Connects with a token; `query` such as `?after=7`.
    pub async fn socket(&self, token: &str, query: &str) -> Socket {
        let headers = [("authorization", format!("Bearer {token}"))];
        self.handshake(query, &headers).await.expect("the socket is refused")
    }

    /// Connects with any headers; the status if it is refused.
    pub async fn handshake(&self, query: &str, headers: &[(&'static str, String)]) -> Result<Socket, u16> {
        let address = format!("{}/ws/alerts{query}", self.url.replace("http", "ws"));
        let mut request = address.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((stream, _)) => Ok(Socket(stream)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }
}

impl Socket {
    /// The next frame of any kind.
    pub async fn frame(&mut self) -> Value {
        loop {
            let message = tokio::time::timeout(Duration::from_secs(10), self.0.next()).await;
            match message.expect("no frame came").expect("the socket was closed").unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Close(frame) => panic!("the socket was closed: {frame:?}"),
                _ => {}
            }
        }
    }

    /// The next frame that is not about the connection or the numbers.
    pub async fn alert(&mut self) -> Value {
        loop {
            let frame = self.frame().await;
            if matches!(frame["type"].as_str(), Some("new-alert" | "alert-updated" | "resync")) {
                return frame;
            }
        }
    }

    /// The code with which the server closes.
    pub async fn closed(&mut self) -> u16 {
        loop {
            let message = tokio::time::timeout(Duration::from_secs(10), self.0.next()).await;
            match message.expect("the socket stays open") {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(_)) => {}
                other => panic!("no close frame: {other:?}"),
            }
        }
    }
}

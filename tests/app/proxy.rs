//! A wire between a server and its database that can be cut, or fall silent.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What becomes of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Passing,
    /// Nothing comes through, and no connection ends.
    Silent,
    /// Every connection is closed, and new ones pass.
    Cut,
}

/// The wire.
pub struct Proxy {
    pub port: u16,
    mood: Arc<watch::Sender<Mood>>,
}

impl Proxy {
    pub async fn to(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mood = Arc::new(watch::Sender::new(Mood::Passing));
        let changes = mood.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(&target).await.unwrap();
                tokio::spawn(pass(near, far, changes.subscribe()));
            }
        });
        Self { port, mood }
    }

    pub fn set(&self, mood: Mood) {
        self.mood.send_replace(mood);
    }

    /// Cuts what is open; what comes next passes.
    pub async fn cut(&self) {
        self.set(Mood::Cut);
        tokio::time::sleep(Duration::from_millis(100)).await;
        self.set(Mood::Passing);
    }
}

async fn pass(near: TcpStream, far: TcpStream, mood: watch::Receiver<Mood>) {
    let ((a, b), (c, d)) = (near.into_split(), far.into_split());
    tokio::select! {
        () = copy(a, d, mood.clone()) => {}
        () = copy(c, b, mood) => {}
    }
}

async fn copy(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    mut mood: watch::Receiver<Mood>,
) {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let read = tokio::select! {
            read = from.read(&mut bytes) => read,
            cut = mood.wait_for(|mood| *mood == Mood::Cut) => { let _cut = cut; return }
        };
        let Ok(n @ 1..) = read else { return };
        let passes = mood.wait_for(|mood| *mood != Mood::Silent).await.is_ok_and(|mood| *mood == Mood::Passing);
        if !passes || to.write_all(&bytes[..n]).await.is_err() {
            return;
        }
    }
}

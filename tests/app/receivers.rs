//! Recording receivers: Telegram and Slack with their documented limits, and an SMTP server, each on a free port.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing::post};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

/// How a receiver behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// Keeps its limits, and takes what fits them.
    #[default]
    Strict,
    /// The bot is blocked, the webhook is gone.
    Gone,
    /// Takes no message of this kind.
    Refusing,
    Failing,
    /// The group 42 is a supergroup now.
    Moved,
    /// Somebody else polls.
    Conflict,
    /// Answers after a while.
    Slow,
    /// Closes the connection without an answer.
    Cutting,
}

/// What a receiver saw.
#[derive(Default)]
pub struct Seen {
    pub mood: Mood,
    /// Bodies that were taken, with the moment.
    pub taken: Vec<(Instant, Value)>,
    /// How often it said 429.
    pub limited: usize,
    /// Calls of other methods: name and body.
    pub calls: Vec<(String, Value)>,
    /// Updates to be fetched.
    pub updates: VecDeque<Value>,
    /// What a push service took.
    pub pushed: Vec<Pushed>,
}

/// A message to a browser.
#[derive(Clone, Debug)]
pub struct Pushed {
    pub headers: std::collections::HashMap<String, String>,
    /// Encrypted.
    pub body: Vec<u8>,
}

pub type Record = Arc<Mutex<Seen>>;

/// An HTTP receiver.
pub struct Receiver {
    pub url: String,
    pub record: Record,
}

impl Receiver {
    async fn serve(router: Router<Record>) -> Self {
        let record = Record::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = router.with_state(record.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, record }
    }

    /// Telegram's Bot API: 20 messages a minute and one a second to a chat.
    pub async fn telegram() -> Self {
        Self::serve(Router::new().route("/{bot}/{method}", post(telegram))).await
    }

    /// Slack's incoming webhooks: one a second.
    pub async fn slack() -> Self {
        Self::serve(Router::new().route("/services/{*path}", post(slack))).await
    }

    /// A push service (RFC 8030).
    pub async fn push() -> Self {
        Self::serve(Router::new().route("/push/{id}", post(push))).await
    }

    pub fn pushed(&self) -> Vec<Pushed> {
        self.record.lock().unwrap().pushed.clone()
    }

    pub fn set_mood(&self, mood: Mood) {
        self.record.lock().unwrap().mood = mood;
    }

    pub fn taken(&self) -> Vec<Value> {
        self.record.lock().unwrap().taken.iter().map(|(_, body)| body.clone()).collect()
    }
}

/// Seconds to wait, if one more message would break a limit.
fn over(seen: &Seen, per_minute: usize) -> Option<u64> {
    let within = |span: u64| seen.taken.iter().filter(|(at, _)| at.elapsed() < Duration::from_secs(span)).count();
    // A little less than a second: the clocks of two processes.
    let quick = seen.taken.last().is_some_and(|(at, _)| at.elapsed() < Duration::from_millis(900));
    if within(60) >= per_minute { Some(30) } else { quick.then_some(1) }
}

async fn telegram(State(record): State<Record>, Path((_, method)): Path<(String, String)>, body: String) -> Response {
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    let mood = record.lock().unwrap().mood;
    if method.eq_ignore_ascii_case("getUpdates") && mood == Mood::Conflict {
        let why = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
        return refuse(409, why, None);
    }
    if method.eq_ignore_ascii_case("getUpdates") {
        let updates: Vec<Value> = record.lock().unwrap().updates.drain(..).collect();
        if updates.is_empty() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        return Json(json!({ "ok": true, "result": updates })).into_response();
    }
    answer_telegram(&record, method, body)
}

fn answer_telegram(record: &Record, method: String, body: Value) -> Response {
    let mut seen = record.lock().unwrap();
    if seen.mood == Mood::Cutting {
        drop(seen);
        panic!("cut");
    }
    match (method.to_lowercase().as_str(), seen.mood) {
        ("sendmessage", Mood::Gone) => refuse(403, "Forbidden: bot was blocked by the user", None),
        ("sendmessage", Mood::Refusing) => refuse(400, "Bad Request: can't parse entities", None),
        ("sendmessage", Mood::Moved) if body["chat_id"] == 42 => {
            let moved = json!({ "ok": false, "error_code": 400, "parameters": { "migrate_to_chat_id": -10042 },
                "description": "Bad Request: group chat was upgraded to a supergroup chat" });
            (StatusCode::BAD_REQUEST, Json(moved)).into_response()
        }
        ("sendmessage", Mood::Failing) => refuse(500, "Internal Server Error", None),
        ("sendmessage", _) => match over(&seen, 20) {
            Some(wait) => {
                seen.limited += 1;
                refuse(429, "Too Many Requests: retry later", Some(wait))
            }
            None => {
                seen.taken.push((Instant::now(), body.clone()));
                let id = seen.taken.len();
                Json(json!({ "ok": true, "result": message(id, &body) })).into_response()
            }
        },
        (_, _) => {
            seen.calls.push((method, body.clone()));
            let result = if body.get("message_id").is_some() { message(1, &body) } else { json!(true) };
            Json(json!({ "ok": true, "result": result })).into_response()
        }
    }
}

/// A message as Telegram gives it back.
pub fn message(id: usize, body: &Value) -> Value {
    let chat = body["chat_id"].as_i64().unwrap_or(42);
    json!({ "message_id": id, "date": 1_700_000_000, "chat": { "id": chat, "type": "private", "first_name": "Ops" },
        "text": body["text"] })
}

fn refuse(status: u16, description: &str, retry_after: Option<u64>) -> Response {
    let mut body = json!({ "ok": false, "error_code": status, "description": description });
    if let Some(seconds) = retry_after {
        body["parameters"] = json!({ "retry_after": seconds });
    }
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}

async fn slack(State(record): State<Record>, body: String) -> Response {
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    let mood = record.lock().unwrap().mood;
    if mood == Mood::Slow {
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    let mut seen = record.lock().unwrap();
    match seen.mood {
        Mood::Gone => (StatusCode::NOT_FOUND, "no_service").into_response(),
        Mood::Refusing => (StatusCode::BAD_REQUEST, "invalid_blocks").into_response(),
        Mood::Failing => (StatusCode::BAD_GATEWAY, "try_later").into_response(),
        Mood::Cutting => {
            drop(seen);
            panic!("cut")
        }
        Mood::Strict | Mood::Moved | Mood::Conflict | Mood::Slow => match over(&seen, usize::MAX) {
            Some(wait) => {
                seen.limited += 1;
                (StatusCode::TOO_MANY_REQUESTS, [("retry-after", wait.to_string())], "rate_limited").into_response()
            }
            None => {
                seen.taken.push((Instant::now(), body));
                "ok".into_response()
            }
        },
    }
}

/// Takes at most 4,096 bytes, and only what has a TTL and is signed.
async fn push(State(record): State<Record>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let text = |(name, value): (&HeaderName, &HeaderValue)| (name.to_string(), value.to_str().unwrap().to_owned());
    let headers: std::collections::HashMap<_, _> = headers.iter().map(text).collect();
    let mut seen = record.lock().unwrap();
    let is_signed = headers.get("authorization").is_some_and(|value| value.starts_with("vapid t="));
    match seen.mood {
        Mood::Gone => StatusCode::GONE,
        _ if !is_signed => StatusCode::UNAUTHORIZED,
        _ if !headers.contains_key("ttl") => StatusCode::BAD_REQUEST,
        _ if body.len() > 4_096 => StatusCode::PAYLOAD_TOO_LARGE,
        _ => {
            seen.pushed.push(Pushed { headers, body: body.to_vec() });
            StatusCode::CREATED
        }
    }
}

/// An SMTP server: the protocol is the crate `mailin`'s, the mails are kept as they came.
pub struct Smtp {
    pub url: String,
    pub mails: Arc<Mutex<Vec<Vec<u8>>>>,
    /// Whether every password is refused.
    pub refuses_passwords: Arc<AtomicBool>,
}

#[derive(Clone)]
struct Mailbox {
    mails: Arc<Mutex<Vec<Vec<u8>>>>,
    refuses_passwords: Arc<AtomicBool>,
    mail: Vec<u8>,
}

impl mailin::Handler for Mailbox {
    fn auth_plain(&mut self, _: &str, _: &str, _: &str) -> mailin::Response {
        let is_refused = self.refuses_passwords.load(Ordering::Relaxed);
        if is_refused { mailin::response::INVALID_CREDENTIALS } else { mailin::response::AUTH_OK }
    }

    fn rcpt(&mut self, to: &str) -> mailin::Response {
        if to.contains("refused") { mailin::response::NO_MAILBOX } else { mailin::response::OK }
    }

    fn data(&mut self, buf: &[u8]) -> std::io::Result<()> {
        self.mail.extend_from_slice(buf);
        Ok(())
    }

    fn data_end(&mut self) -> mailin::Response {
        self.mails.lock().unwrap().push(std::mem::take(&mut self.mail));
        mailin::response::OK
    }
}

impl Smtp {
    /// Takes mail of anybody.
    pub async fn start() -> Self {
        Self::start_as(false).await
    }

    /// Takes mail of who has a password, and says so in its address.
    pub async fn with_passwords() -> Self {
        let smtp = Self::start_as(true).await;
        Self { url: smtp.url.replace("smtp://", "smtp://ops:hush-password@"), ..smtp }
    }

    async fn start_as(wants_passwords: bool) -> Self {
        let (mails, refuses_passwords) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let mailbox = Mailbox { mails: mails.clone(), refuses_passwords: refuses_passwords.clone(), mail: Vec::new() };
        tokio::spawn(async move {
            while let Ok((stream, peer)) = listener.accept().await {
                let mut session = mailin::SessionBuilder::new("mail.test");
                if wants_passwords {
                    session.enable_auth(mailin::AuthMechanism::Plain).insecure_enable_plaintext_auth();
                }
                tokio::spawn(converse(stream, session.build(peer.ip(), mailbox.clone())));
            }
        });
        Self { url, mails, refuses_passwords }
    }
}

async fn converse(stream: tokio::net::TcpStream, mut session: mailin::Session<Mailbox>) {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading);
    let mut answer = Vec::new();
    session.greeting().write_to(&mut answer).unwrap();
    writing.write_all(&answer).await.unwrap();
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).await.is_ok_and(|n| n > 0) {
        let response = session.process(&line);
        line.clear();
        let mut answer = Vec::new();
        if response.write_to(&mut answer).is_ok() && !answer.is_empty() && writing.write_all(&answer).await.is_err() {
            return;
        }
    }
}

//! Sends sequential requests to a running server.

use std::time::{Duration, Instant};

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use crate::server::Place;

/// Repetitions of each request.
const TIMES: usize = 50;

const PASSWORD: &str = "correct horse battery";

/// A client with an API token and a browser session.
pub struct Asker {
    client: Client,
    base: String,
    token: String,
    cookie: String,
}

impl Asker {
    pub async fn new(place: &Place, address: &str) -> Self {
        place.command_with(&["user", "add", "bench@example.com", "--role", "admin", "--password-stdin"], PASSWORD);
        let token = place.command(&["token", "add", "million", "--role", "admin"]);
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let base = format!("http://{address}");
        let form = format!("email=bench%40example.com&password={}", PASSWORD.replace(' ', "+"));
        let signing_in = client.post(format!("{base}/sign-in")).body(form).header("origin", &base);
        let signed_in = signing_in.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
        let cookie = signed_in.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        Self { client, base, token, cookie }
    }

    /// Requests a path repeatedly and prints the row of the table.
    pub async fn show(&self, path: &str) {
        let mut times = Vec::with_capacity(TIMES);
        self.time(self.get(path)).await;
        for _ in 0..TIMES {
            times.push(self.time(self.get(path)).await.as_secs_f64() * 1000.0);
        }
        times.sort_by(f64::total_cmp);
        println!("| `{path}` | {:.2} | {:.2} |", times[TIMES / 2], times[TIMES * 99 / 100]);
    }

    /// Marks `count` unread alerts as read; returns the duration in milliseconds.
    pub async fn mark(&self, count: usize) -> f64 {
        let mut ids = Vec::new();
        let mut cursor = String::new();
        while ids.len() < count {
            let answer = self.get(&format!("/api/v1/alerts?is_read=false&limit=200{cursor}")).send().await.unwrap();
            let page: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
            ids.extend(page["items"].as_array().unwrap().iter().map(|alert| alert["id"].clone()));
            cursor = format!("&cursor={}", page["next"].as_str().unwrap());
        }
        ids.truncate(count);
        let url = format!("{}/api/v1/alerts/read", self.base);
        let asked = self.client.post(url).bearer_auth(&self.token).header("content-type", "application/json");
        self.time(asked.body(json!({ "ids": ids }).to_string())).await.as_secs_f64() * 1000.0
    }

    /// Sends a PUT request.
    pub async fn put(&self, path: &str, value: Value) {
        let asked = self.client.put(format!("{}/api/v1/{path}", self.base)).bearer_auth(&self.token);
        self.time(asked.header("content-type", "application/json").body(value.to_string())).await;
    }

    fn get(&self, path: &str) -> RequestBuilder {
        let hour_ago = opscenter::clock::Clock::System.now() - 3_600_000;
        let path = path.replace("{hour}", &hour_ago.to_string());
        let path = path.replace("{month}", &(hour_ago - 20 * 86_400_000).to_string());
        let request = self.client.get(format!("{}{path}", self.base));
        if path.starts_with("/api/") {
            request.bearer_auth(&self.token)
        } else {
            request.header("cookie", &self.cookie)
        }
    }

    async fn time(&self, request: RequestBuilder) -> Duration {
        let started = Instant::now();
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let body = answer.bytes().await.unwrap();
        assert!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&body));
        started.elapsed()
    }
}

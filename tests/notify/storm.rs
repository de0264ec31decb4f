//! A storm of a thousand alerts in ten seconds, with `kill -9` in the middle of it: no limit is broken, and everyone is told.

use std::process::Child;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::backend::Sources;
use app::types::{List, NewSource, NotificationQuery, NotificationStatus};
use opscenter::clock::Clock;
use opscenter::dashboard::Dashboard;
use opscenter::ops::Ops;
use serde_json::{Value, json};

use crate::app::receivers::{Receiver, Smtp};
use crate::app::{Place, SECRET, TestApp, free_port, on_both, sign, spawn};

const ALERTS: usize = 1_000;
const SPAN: Duration = Duration::from_secs(10);
/// After so many, the server is killed and started again.
const KILLS: [usize; 2] = [400, 800];
/// The alert that cannot wait.
const CRITICAL: usize = 250;

struct Storm {
    telegram: Receiver,
    slack: Receiver,
    smtp: Smtp,
    listen: String,
}

impl Storm {
    async fn new() -> Self {
        let port = free_port();
        let (telegram, slack, smtp) = (Receiver::telegram().await, Receiver::slack().await, Smtp::start().await);
        Self { telegram, slack, smtp, listen: format!("127.0.0.1:{port}") }
    }

    fn spawn(&self, place: &Place) -> Child {
        let slack = format!("{}/services/T/B/hush", self.slack.url);
        let env = [
            ("TELEGRAM_BOT_TOKEN", "123456:hush"),
            ("TELEGRAM_CHAT_ID", "42"),
            ("TELEGRAM_API_URL", &self.telegram.url),
            ("SLACK_WEBHOOK_URL", &slack),
            ("SMTP_URL", &self.smtp.url),
            ("MAIL_FROM", "ops@example.com"),
            ("MAIL_TO", "oncall@example.com"),
        ];
        spawn(place, &self.listen, &env)
    }

    /// Posts one alert until it is answered 200, as a provider that retries would.
    async fn post(&self, http: &reqwest::Client, number: usize) {
        let severity = if number == CRITICAL { "critical" } else { "error" };
        let body = json!({ "title": format!("Alert {number}."), "severity": severity }).to_string();
        let post = || {
            let url = format!("http://{}/api/webhooks/custom", self.listen);
            let signed = http
                .post(url)
                .header("x-signature", sign(body.as_bytes()))
                .header("x-delivery-id", format!("d-{number}"));
            signed.body(body.clone()).send()
        };
        while !post().await.is_ok_and(|answer| answer.status() == 200) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// How long after its answer the critical alert was told by Telegram.
    fn first_word_of_the_critical(&self, answered: Instant) -> Duration {
        let record = self.telegram.record.lock().unwrap();
        let is_it = |body: &Value| body["text"].as_str().unwrap_or_default().contains(&format!("Alert {CRITICAL}."));
        let (told, _) = record.taken.iter().find(|(_, body)| is_it(body)).unwrap();
        told.saturating_duration_since(answered)
    }

    /// How many alerts the texts speak of: one each, or as many as a digest says.
    fn spoken_of(texts: impl Iterator<Item = String>) -> usize {
        texts
            .map(|text| {
                let first = text.lines().next().unwrap_or_default().trim_start_matches("🚨 ").to_owned();
                first.split_once(" alerts: ").and_then(|(count, _)| count.parse().ok()).unwrap_or(1)
            })
            .sum()
    }
}

async fn source(place: &Place, listen: &str) -> Arc<Ops> {
    let ops = Arc::new(Ops::open(place.config(listen.parse().unwrap()), Clock::System).await.unwrap());
    let settings = [("header", "x-signature"), ("id_header", "x-delivery-id")];
    let source = NewSource {
        slug: "custom".into(),
        provider: "generic".into(),
        secret: Some(SECRET.into()),
        settings: settings.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
        ..NewSource::default()
    };
    Dashboard::new(ops.clone()).create_source(&TestApp::admin(), source).await.unwrap();
    ops
}

/// When the critical alert was answered 200.
async fn blow(storm: &Storm, place: &Place) -> (Instant, Child) {
    let http = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
    let (mut server, mut answered) = (storm.spawn(place), Instant::now());
    let mut tick = tokio::time::interval(SPAN / ALERTS as u32);
    for number in 0..ALERTS {
        tick.tick().await;
        storm.post(&http, number).await;
        if number == CRITICAL {
            answered = Instant::now();
        }
        if KILLS.contains(&number) {
            server.kill().unwrap();
            server.wait().unwrap();
            server = storm.spawn(place);
        }
    }
    (answered, server)
}

/// Waits until each alert has been told by each channel. What was being sent when its node died waits out its lease.
async fn all_told(ops: &Ops) {
    let count = |status| async move {
        let query = NotificationQuery { status: List(vec![status]), ..Default::default() };
        ops.db.list_notifications(&query, None, 4_000).await.unwrap().len()
    };
    for _ in 0..600 {
        if count(NotificationStatus::Sent).await == 3 * ALERTS {
            return;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("{} are told, {} failed", count(NotificationStatus::Sent).await, count(NotificationStatus::Failed).await);
}

on_both! {
    async fn nobody_is_left_untold(place: Place) {
        let storm = Storm::new().await;
        let ops = source(&place, &storm.listen).await;
        let (answered, mut server) = blow(&storm, &place).await;
        all_told(&ops).await;
        server.kill().unwrap();
        server.wait().unwrap();

        for receiver in [&storm.telegram, &storm.slack] {
            assert_eq!(receiver.record.lock().unwrap().limited, 0, "no provider had to say no");
            assert!(receiver.taken().len() < ALERTS / 4, "most are told in digests");
        }
        let text = |body: &Value| body["text"].as_str().unwrap_or_default().to_owned();
        for receiver in [&storm.telegram, &storm.slack] {
            assert!(Storm::spoken_of(receiver.taken().iter().map(text)) >= ALERTS);
        }
        let subject = |mail: &Vec<u8>| {
            let mail = mailparse::parse_mail(mail).unwrap();
            mailparse::MailHeaderMap::get_first_value(&mail.headers[..], "Subject").unwrap()
        };
        assert!(Storm::spoken_of(storm.smtp.mails.lock().unwrap().iter().map(subject)) >= ALERTS);
        let took = storm.first_word_of_the_critical(answered);
        assert!(took < Duration::from_secs(5), "the critical one was told after {took:?}");
        ops.db.close().await;
        place.remove().await;
    }
}

//! Notifications against real protocol peers: who is told, how, and what is never silent.

use std::sync::Arc;
use std::time::Duration;

use app::backend::{Channels, Notifications};
use app::types::{
    AlertState, ChannelKind, ChannelUpdate, NewChannel, NotificationQuery, NotificationStatus, Role, Severity,
};
use opscenter::clock::Clock;
use opscenter::config;
use serde_json::{Value, json};

use crate::app::receivers::{Mood, Receiver, Smtp, message};
use crate::app::{Place, TestApp, on_both};

mod again;
mod buttons;
mod channels;
mod deleted;
mod fallback;
mod gate;
mod oauth;
mod outage;
mod providers;
mod push;
mod storm;
mod told;

/// An app with all three channels by environment, and one generic source.
struct Told {
    app: TestApp,
    telegram: Receiver,
    slack: Receiver,
    smtp: Smtp,
}

async fn told(place: Place) -> Told {
    told_at(place, Clock::System).await
}

async fn told_at(place: Place, clock: Clock) -> Told {
    told_by(place, clock, Smtp::start().await).await
}

async fn told_by(place: Place, clock: Clock, smtp: Smtp) -> Told {
    let (telegram, slack) = (Receiver::telegram().await, Receiver::slack().await);
    let app = TestApp::start_configured(Arc::new(place), config::Role::All, clock, None, |config| {
        config.telegram_bot_token = Some("123456:hush".into());
        config.telegram_chat_id = Some("42".into());
        config.telegram_api_url = telegram.url.clone();
        config.slack_webhook_url = Some(format!("{}/services/T/B/hush-hush-1234", slack.url));
        config.smtp_url = Some(smtp.url.clone());
        config.mail_from = Some("OpsCenter <ops@example.com>".into());
        config.mail_to = Some("oncall@example.com".into());
        // Where the push service listens.
        config.outgoing_allow = "127.0.0.1".parse().unwrap();
        config.push_services = vec!["127.0.0.1".into()];
    })
    .await;
    app.source("custom", "generic", &[]).await;
    Told { app, telegram, slack, smtp }
}

impl Told {
    async fn alert(&self, body: Value) {
        self.app.custom("custom", &body).await.event_id();
    }

    /// Waits until nothing is pending but what waits for a channel that does not work.
    async fn all_done(&self) {
        self.app.settled().await;
        for _ in 0..900 {
            let query =
                NotificationQuery { status: app::types::List(vec![NotificationStatus::Pending]), ..Default::default() };
            let pending = self.app.ops.db.list_notifications(&query, None, 2_000).await.unwrap();
            let channels = self.app.ops.channels.read().await.unwrap();
            let works = |id| channels.iter().any(|c| Some(c.channel.id) == id && !c.is_failing());
            if pending.iter().all(|row| !works(row.channel_id)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("something is still pending");
    }

    /// The whole log, oldest first.
    async fn log(&self) -> Vec<app::types::Notification> {
        let mut log = self.app.ops.db.list_notifications(&Default::default(), None, 2_000).await.unwrap();
        log.reverse();
        log
    }

    /// Only this channel is in use, and tells of ends if it is to.
    async fn only(&self, kind: ChannelKind, ends: bool) -> app::types::Channel {
        for channel in self.app.dashboard.list_channels(&TestApp::admin()).await.unwrap() {
            let is_it = channel.kind == kind;
            let settings = is_it.then(|| [("resolved".to_owned(), ends.to_string())].into());
            let update = ChannelUpdate { is_active: (!is_it).then_some(false), settings, ..Default::default() };
            self.app.dashboard.update_channel(&TestApp::admin(), channel.id, update).await.unwrap();
        }
        self.channel(kind).await
    }

    /// One more channel by mail, of criticals.
    async fn mail_to(&self, name: &str, recipient: &str) -> app::types::Channel {
        let new = NewChannel {
            name: name.into(),
            kind: ChannelKind::Email,
            recipient: recipient.into(),
            secret: None,
            min_severity: Some(Severity::Critical),
            fallback_id: None,
            settings: Default::default(),
        };
        let channel = self.app.dashboard.create_channel(&TestApp::admin(), new).await.unwrap();
        self.app.ops.channels.invalidate();
        channel
    }

    /// Changes a channel.
    async fn set(&self, channel: i64, update: ChannelUpdate) {
        self.app.dashboard.update_channel(&TestApp::admin(), channel, update).await.unwrap();
        self.app.ops.channels.invalidate();
    }

    fn report(&self, severity: &str, status: &str) -> Value {
        json!({ "title": "Disk full", "severity": severity, "dedup_key": "disk", "status": status })
    }

    async fn change(&self, verb: &str) {
        let operator = self.app.token(Role::Operator).await;
        let answer = self.app.post(&format!("alerts/{verb}"), &operator, &json!({ "ids": [1] })).await;
        assert_eq!(answer.body["changed"], 1, "{verb}: {answer:?}");
    }

    /// First lines of what Slack was told.
    fn headlines(&self) -> Vec<String> {
        self.slack.taken().iter().map(|body| body["text"].as_str().unwrap().to_owned()).collect()
    }

    async fn channel(&self, kind: ChannelKind) -> app::types::Channel {
        let channels = self.app.dashboard.list_channels(&TestApp::admin()).await.unwrap();
        channels.into_iter().find(|channel| channel.kind == kind).unwrap()
    }
}

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

mod buttons;
mod channels;
mod deleted;
mod fallback;
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
    let (telegram, slack, smtp) = (Receiver::telegram().await, Receiver::slack().await, Smtp::start().await);
    let app = TestApp::start_configured(Arc::new(place), config::Role::All, Clock::System, None, |config| {
        config.telegram_bot_token = Some("123456:hush".into());
        config.telegram_chat_id = Some("42".into());
        config.telegram_api_url = telegram.url.clone();
        config.slack_webhook_url = Some(format!("{}/services/T/B/hush-hush-1234", slack.url));
        config.smtp_url = Some(smtp.url.clone());
        config.mail_from = Some("OpsCenter <ops@example.com>".into());
        config.mail_to = Some("oncall@example.com".into());
    })
    .await;
    app.source("custom", "generic", &[]).await;
    Told { app, telegram, slack, smtp }
}

impl Told {
    async fn alert(&self, body: Value) {
        self.app.custom("custom", &body).await.event_id();
    }

    async fn count(&self, status: NotificationStatus) -> usize {
        let query = NotificationQuery { status: app::types::List(vec![status]), ..Default::default() };
        self.app.ops.db.list_notifications(&query, None, 2_000).await.unwrap().len()
    }

    async fn all_done(&self) {
        self.app.settled().await;
        for _ in 0..900 {
            if self.count(NotificationStatus::Pending).await == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("something is still pending");
    }

    async fn channel(&self, kind: ChannelKind) -> app::types::Channel {
        let channels = self.app.dashboard.list_channels(&TestApp::admin()).await.unwrap();
        channels.into_iter().find(|channel| channel.kind == kind).unwrap()
    }
}

//! Notifications against real protocol peers: who is told, how, and what is never silent.

use std::sync::Arc;
use std::time::{Duration, Instant};

use app::backend::{Channels, Notifications};
use app::types::{
    AlertState, ChannelKind, ChannelUpdate, NewChannel, NotificationQuery, NotificationStatus, Role, Severity,
};
use opscenter::clock::Clock;
use opscenter::config;
use serde_json::{Value, json};

use crate::app::receivers::{Mood, Receiver, Smtp, message};
use crate::app::{Place, TestApp};

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

async fn an_alert_is_told_by_every_channel_in_its_own_form_on(place: Place) {
    let told = told(place).await;
    told.alert(json!({ "title": "Disk <b>full</b> & <!channel>\r\nBcc: x@example.com", "message": "Line 1\nLine <2>", "severity": "critical" })).await;
    told.alert(json!({ "title": "Nothing to tell", "severity": "info" })).await;
    told.all_done().await;
    let text = told.telegram.taken()[0]["text"].as_str().unwrap().to_owned();
    assert!(text.starts_with("🚨 Disk &lt;b&gt;full&lt;/b&gt; &amp; &lt;!channel&gt;"), "{text}");
    assert!(text.contains("\n\nLine 1\nLine &lt;2&gt;\n") || text.contains("Line &lt;2&gt;"), "{text}");
    assert_eq!(told.telegram.taken()[0]["parse_mode"], "HTML");
    let buttons = told.telegram.taken()[0]["reply_markup"].to_string();
    let log = told.app.dashboard.list_notifications(&TestApp::admin(), Default::default()).await.unwrap().items;
    let id = log[0].alert_id;
    assert!(buttons.contains(&format!("a:{id}")), "{buttons}");

    let slack = told.slack.taken();
    assert_eq!(slack.len(), 1, "an info alert is told to nobody");
    assert!(!slack[0].to_string().contains("<!channel>") || slack[0]["blocks"][0]["text"]["type"] == "plain_text");
    assert!(!slack[0]["text"].as_str().unwrap().contains("<!channel>"));

    let mails = told.smtp.mails.lock().unwrap().clone();
    let mail = mailparse::parse_mail(&mails[0]).unwrap();
    let header = |name: &str| mailparse::MailHeaderMap::get_first_value(&mail.headers[..], name);
    assert_eq!(mails.len(), 1);
    assert!(header("Subject").unwrap().starts_with("Disk <b>full</b> & <!channel>"), "{:?}", header("Subject"));
    assert_eq!((header("Bcc"), header("Auto-Submitted").as_deref()), (None, Some("auto-generated")));
    assert!(header("Message-ID").unwrap().starts_with(&format!("<alert-{id}.")));
    assert!(mail.subparts[0].get_body().unwrap().contains("Line <2>"));
    assert!(mail.subparts[1].get_body().unwrap().contains("Line &lt;2&gt;"));

    assert_eq!(log.len(), 3);
    assert!(
        log.iter().all(|n| n.status == NotificationStatus::Sent && n.attempts == 1 && n.provider_response.is_some()),
        "{log:?}"
    );
    assert!(!format!("{log:?}").contains("hush-hush"), "tokens are masked");
    let steps = told.app.ops.db.list_activity(id).await.unwrap();
    assert_eq!(steps.iter().filter(|step| step.kind.as_str() == "notified").count(), 3);
    told.app.stop().await;
}

async fn a_repeat_is_told_only_when_it_got_worse_and_the_end_where_it_is_wanted_on(place: Place) {
    let told = told(place).await;
    let slack = told.channel(ChannelKind::Slack).await;
    let settings = Some([("resolved".to_owned(), "true".to_owned())].into());
    told.app
        .dashboard
        .update_channel(&TestApp::admin(), slack.id, ChannelUpdate { settings, ..Default::default() })
        .await
        .unwrap();
    let report = |severity: &str, status: &str| json!({ "title": "Disk", "severity": severity, "dedup_key": "disk", "status": status });
    for (severity, status) in [
        ("warning", "firing"),
        ("warning", "firing"),
        ("critical", "firing"),
        ("error", "firing"),
        ("error", "resolved"),
    ] {
        told.alert(report(severity, status)).await;
        told.app.settled().await;
    }
    told.all_done().await;
    let query = NotificationQuery { channel_id: Some(slack.id), ..Default::default() };
    let kinds: Vec<&str> = told
        .app
        .ops
        .db
        .list_notifications(&query, None, 10)
        .await
        .unwrap()
        .iter()
        .rev()
        .map(|n| n.kind.as_str())
        .collect();
    assert_eq!(kinds, ["opened", "repeated", "resolved"]);
    assert!(told.slack.taken().last().unwrap()["text"].as_str().unwrap().starts_with("✅ Resolved: "));
    assert_eq!(told.telegram.taken().len(), 2, "the end is not told where it is not wanted");
    told.app.stop().await;
}

async fn a_muted_alert_is_not_told_again_until_it_is_unmuted_on(place: Place) {
    let told = told(place).await;
    let operator = told.app.token(Role::Operator).await;
    let report = |severity: &str| json!({ "title": "Disk", "severity": severity, "dedup_key": "disk" });
    told.alert(report("warning")).await;
    told.all_done().await;
    let change = |verb: &str| {
        let path = format!("alerts/{verb}");
        let (app, operator) = (&told.app, operator.clone());
        async move { app.post(&path, &operator, &json!({ "ids": [1] })).await.body["changed"].as_i64() }
    };
    assert_eq!(change("mute").await, Some(1));
    told.alert(report("error")).await;
    told.all_done().await;
    assert_eq!(told.slack.taken().len(), 1, "worse, but muted");
    assert_eq!([change("unmute").await, change("unmute").await], [Some(1), Some(0)]);
    told.alert(report("critical")).await;
    told.all_done().await;
    assert_eq!(told.slack.taken().len(), 2);
    let steps = told.app.ops.db.list_activity(1).await.unwrap();
    let muted: Vec<bool> = steps
        .iter()
        .filter(|step| step.kind.as_str() == "muted")
        .map(|step| step.detail["until"].is_number())
        .collect();
    assert_eq!(muted, [true, false]);
    told.app.stop().await;
}

async fn what_fails_for_good_goes_to_the_fallback_and_is_counted_if_all_fail_on(place: Place) {
    let told = told(place).await;
    let (telegram, slack) = (told.channel(ChannelKind::Telegram).await, told.channel(ChannelKind::Slack).await);
    let email = told.channel(ChannelKind::Email).await;
    let off = |id| {
        let dashboard = told.app.dashboard.clone();
        async move {
            let update = ChannelUpdate { is_active: Some(false), ..Default::default() };
            dashboard.update_channel(&TestApp::admin(), id, update).await.unwrap();
        }
    };
    off(email.id).await;
    off(slack.id).await;
    let admin = TestApp::admin();
    let new = NewChannel {
        name: "Mail".into(),
        kind: ChannelKind::Email,
        recipient: "second@example.com".into(),
        secret: None,
        min_severity: Some(Severity::Critical),
        fallback_id: None,
        settings: Default::default(),
    };
    let mail = told.app.dashboard.create_channel(&admin, new).await.unwrap();
    let fallback = ChannelUpdate { fallback_id: Some(mail.id), ..Default::default() };
    told.app.dashboard.update_channel(&admin, telegram.id, fallback).await.unwrap();
    told.telegram.set_mood(Mood::Gone);
    told.alert(json!({ "title": "One", "severity": "error" })).await;
    told.all_done().await;
    assert_eq!(told.smtp.mails.lock().unwrap().len(), 1, "the fallback was told");
    let broken = told.channel(ChannelKind::Telegram).await.broken_reason.unwrap();
    assert!(broken.contains("blocked"), "{broken}");
    assert_eq!(told.app.ops.db.count_untold().await.unwrap(), 0);

    let none = ChannelUpdate { fallback_id: Some(0), ..Default::default() };
    told.app.dashboard.update_channel(&admin, telegram.id, none).await.unwrap();
    told.alert(json!({ "title": "Two", "severity": "error" })).await;
    told.all_done().await;
    let viewer = told.app.token(Role::Viewer).await;
    assert_eq!(told.app.get("health", &viewer).await.body["untold"], 1);
    let metrics = told.app.send(told.app.http.get(format!("{}/metrics", told.app.url))).await.body;
    assert!(metrics.as_str().unwrap().contains("opscenter_alerts_untold 1"));

    told.telegram.set_mood(Mood::Strict);
    let test = told.app.dashboard.test_channel(&admin, telegram.id).await.unwrap();
    assert!(test.ok && test.answer.starts_with("message "), "{test:?}");
    let failed = NotificationQuery { status: app::types::List(vec![NotificationStatus::Failed]), ..Default::default() };
    let newest = told.app.ops.db.list_notifications(&failed, None, 1).await.unwrap()[0].id;
    let operator = told.app.token(Role::Operator).await;
    assert_eq!(told.app.post(&format!("notifications/{newest}/retry"), &viewer, &json!({})).await.status, 403);
    assert_eq!(told.app.post(&format!("notifications/{newest}/retry"), &operator, &json!({})).await.status, 202);
    told.all_done().await;
    assert_eq!(told.app.ops.db.count_untold().await.unwrap(), 0);
    told.app.stop().await;
}

async fn two_that_fall_back_on_each_other_come_to_an_end_on(place: Place) {
    let told = told(place).await;
    let (telegram, slack) = (told.channel(ChannelKind::Telegram).await.id, told.channel(ChannelKind::Slack).await.id);
    for (id, fallback) in [(telegram, slack), (slack, telegram)] {
        let settings = Some([("resolved".to_owned(), "true".to_owned())].into());
        let update = ChannelUpdate { fallback_id: Some(fallback), settings, ..Default::default() };
        told.app.dashboard.update_channel(&TestApp::admin(), id, update).await.unwrap();
    }
    let report = |status: &str| json!({ "title": "Disk", "severity": "error", "dedup_key": "disk", "status": status });
    told.alert(report("firing")).await;
    told.app.settled().await;
    told.all_done().await;
    told.telegram.set_mood(Mood::Gone);
    told.slack.set_mood(Mood::Gone);
    told.alert(report("resolved")).await;
    told.app.settled().await;
    told.all_done().await;
    let log = told.app.dashboard.list_notifications(&TestApp::admin(), Default::default()).await.unwrap().items;
    let ends = log.iter().filter(|n| n.kind.as_str() == "resolved").map(|n| n.status);
    assert_eq!(ends.collect::<Vec<_>>(), [NotificationStatus::Failed; 2], "one by each, and no more");
    told.app.stop().await;
}

async fn a_storm_keeps_the_limits_and_everyone_is_told_on(place: Place) {
    let told = told(place).await;
    let started = Instant::now();
    let posts = (0..300).map(|n| {
        let severity = if n == 150 { "critical" } else { "error" };
        told.alert(json!({ "title": format!("Alert {n}"), "severity": severity }))
    });
    futures::future::join_all(posts).await;
    told.app.settled().await;
    told.app
        .until("the critical one", || async {
            told.telegram.taken().iter().any(|m| m["text"].as_str().unwrap().contains("Alert 150"))
        })
        .await;
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    told.all_done().await;
    assert_eq!(told.telegram.record.lock().unwrap().limited, 0, "Telegram never had to say no");
    assert_eq!(told.slack.record.lock().unwrap().limited, 0, "nor Slack");
    let texts = told.telegram.taken();
    assert!(texts.len() <= 25, "{}", texts.len());
    assert!(texts.iter().any(|m| m["text"].as_str().unwrap().contains(" alerts: ")), "a digest");
    assert_eq!(told.count(NotificationStatus::Sent).await, 900);
    told.app.stop().await;
}

async fn buttons_act_for_our_chat_only_on(place: Place) {
    let told = told(place).await;
    told.alert(json!({ "title": "Down", "severity": "critical" })).await;
    told.all_done().await;
    let press = |id: i64, chat: i64, data: &str| {
        let message = message(1, &json!({ "chat_id": chat, "text": "🚨 Down" }));
        json!({ "update_id": id, "callback_query": { "id": id.to_string(), "from": { "id": 7, "is_bot": false, "first_name": "Mara" },
            "chat_instance": "1", "data": data, "message": message } })
    };
    told.telegram.record.lock().unwrap().updates.push_back(press(1, 666, "r:1"));
    told.telegram.record.lock().unwrap().updates.push_back(press(2, 42, "a:1"));
    told.app
        .until("the button to act", || async {
            told.app.ops.db.find_alert(1).await.unwrap().unwrap().state == AlertState::Acknowledged
        })
        .await;
    told.app
        .until("the message to be edited", || async {
            told.telegram.record.lock().unwrap().calls.iter().any(|(method, _)| method == "EditMessageText")
        })
        .await;
    let edited = told
        .telegram
        .record
        .lock()
        .unwrap()
        .calls
        .iter()
        .find(|(method, _)| method == "EditMessageText")
        .unwrap()
        .1
        .clone();
    assert!(edited["text"].as_str().unwrap().ends_with("✓ Acknowledged by Mara"), "{edited}");
    let steps = told.app.ops.db.list_activity(1).await.unwrap();
    assert!(steps.iter().any(|step| step.actor == "telegram:Mara"));
    told.app.stop().await;
}

macro_rules! on_both {
    ($($name:ident => $run:ident,)+) => {
        $(
            mod $name {
                use super::*;
                #[tokio::test(flavor = "multi_thread")]
                async fn embedded() {
                    $run(Place::embedded()).await;
                }

                #[tokio::test(flavor = "multi_thread")]
                #[ignore = "needs PostgreSQL and Redis; cargo xtask test runs it"]
                async fn distributed() {
                    $run(Place::distributed().await).await;
                }
            }
        )+
    };
}

on_both! {
    an_alert_is_told_by_every_channel_in_its_own_form => an_alert_is_told_by_every_channel_in_its_own_form_on,
    a_repeat_is_told_only_when_it_got_worse => a_repeat_is_told_only_when_it_got_worse_and_the_end_where_it_is_wanted_on,
    what_fails_for_good_goes_to_the_fallback => what_fails_for_good_goes_to_the_fallback_and_is_counted_if_all_fail_on,
    a_muted_alert_is_not_told_again => a_muted_alert_is_not_told_again_until_it_is_unmuted_on,
    two_that_fall_back_on_each_other_come_to_an_end => two_that_fall_back_on_each_other_come_to_an_end_on,
    a_storm_keeps_the_limits => a_storm_keeps_the_limits_and_everyone_is_told_on,
    buttons_act_for_our_chat_only => buttons_act_for_our_chat_only_on,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_pass_is_tried_again_and_blocks_nobody() {
    let told = told(Place::embedded()).await;
    told.telegram.set_mood(Mood::Failing);
    told.slack.set_mood(Mood::Cutting);
    told.alert(json!({ "title": "Down", "severity": "critical" })).await;
    told.app.until("the mail", || async { !told.smtp.mails.lock().unwrap().is_empty() }).await;
    told.app
        .until("two failed attempts", || async {
            let log = told.app.ops.db.list_notifications(&Default::default(), None, 10).await.unwrap();
            log.iter().filter(|n| n.status == NotificationStatus::Pending && n.error_message.is_some()).count() == 2
        })
        .await;
    told.telegram.set_mood(Mood::Strict);
    told.slack.set_mood(Mood::Strict);
    told.all_done().await;
    let log = told.app.ops.db.list_notifications(&Default::default(), None, 10).await.unwrap();
    assert!(log.iter().all(|n| n.status == NotificationStatus::Sent), "{log:?}");
    assert!(log.iter().filter(|n| n.channel != ChannelKind::Email).all(|n| n.attempts > 1), "{log:?}");
    assert!(!format!("{log:?}").contains("hush"), "no token in any error");
    told.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_are_checked_and_keep_their_secrets() {
    let app = TestApp::start(Place::embedded()).await;
    let (admin, operator) = (app.token(Role::Admin).await, app.token(Role::Operator).await);
    let slack = |url: &str| json!({ "name": "Ops room", "kind": "slack", "secret": url });
    assert_eq!(
        app.post("channels", &operator, &slack("https://hooks.slack.com/services/T/B/hush-hush-1234")).await.status,
        403
    );
    for url in [
        "http://hooks.slack.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/",
        "https://169.254.169.254/latest",
        "nonsense",
    ] {
        assert_eq!(app.post("channels", &admin, &slack(url)).await.refusal(), (422, "invalid"), "{url}");
    }
    let made = app.post("channels", &admin, &slack("https://hooks.slack.com/services/T/B/hush-hush-1234")).await;
    assert_eq!(made.status, 201, "{:?}", made.body);
    assert!(!made.body.to_string().contains("hush-hush"), "{}", made.body);
    assert_eq!(made.body["secret"], Value::Null);
    assert_eq!(
        app.post("channels", &admin, &slack("https://hooks.slack.com/services/T/B/hush-hush-1234")).await.refusal(),
        (422, "invalid"),
        "the name is in use"
    );
    let id = made.body["id"].as_i64().unwrap();
    let patch = |token: &str, body: Value| {
        app.send(app.http.patch(format!("{}/api/v1/channels/{id}", app.url)).bearer_auth(token).json(&body))
    };
    assert_eq!(patch(&operator, json!({ "muted_until": i64::MAX })).await.status, 200);
    assert_eq!(patch(&operator, json!({ "name": "x" })).await.status, 403);
    assert_eq!(patch(&admin, json!({ "settings": { "template": "{{ broken" } })).await.refusal(), (422, "invalid"));
    assert_eq!(patch(&admin, json!({ "fallback_id": id })).await.refusal(), (422, "invalid"));
    let mail = json!({ "name": "Mail", "kind": "email", "recipient": "not an address" });
    assert_eq!(app.post("channels", &admin, &mail).await.refusal(), (422, "invalid"));
    let gone = app.send(app.http.delete(format!("{}/api/v1/channels/{id}", app.url)).bearer_auth(&admin)).await;
    assert_eq!(gone.status, 204);
    assert_eq!(app.get("channels", &operator).await.body["items"], json!([]));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_of_the_environment_keeps_what_people_set() {
    let place = Arc::new(Place::embedded());
    let start = |chat: &'static str| {
        TestApp::start_configured(place.clone(), config::Role::All, Clock::System, None, move |config| {
            config.telegram_bot_token = Some("123456:hush".into());
            config.telegram_chat_id = Some(chat.into());
            config.telegram_api_url = "http://127.0.0.1:9".into();
        })
    };
    let only = |app: &TestApp| {
        let dashboard = app.dashboard.clone();
        async move { dashboard.list_channels(&TestApp::admin()).await.unwrap().remove(0) }
    };
    let app = start("42").await;
    let settings = Some([("template".to_owned(), "{{ title }}".to_owned())].into());
    let update = ChannelUpdate { settings, min_severity: Some(Severity::Critical), ..Default::default() };
    let before = app.dashboard.update_channel(&TestApp::admin(), only(&app).await.id, update).await.unwrap();
    app.stop().await;
    let app = start("43").await;
    let after = only(&app).await;
    assert_eq!((after.id, after.recipient.as_str(), after.min_severity), (before.id, "43", Severity::Critical));
    assert_eq!(after.settings, before.settings);
    app.stop().await;
}

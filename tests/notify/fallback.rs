//! What fails: tried again, given to the next channel, or counted as told to nobody.

use opscenter::db::{NewChannelRow, Writer};

use super::*;

on_both! {
    async fn what_fails_for_good_goes_to_the_fallback_and_is_counted_if_all_fail(place: Place) {
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
        told.app.until("the fallback to be told", || async { told.smtp.mails.lock().unwrap().len() == 1 }).await;
        let broken = told.channel(ChannelKind::Telegram).await.broken_reason.unwrap();
        assert!(broken.contains("blocked"), "{broken}");
        assert_eq!(told.app.ops.db.count_undelivered().await.unwrap(), 0);

        let none = ChannelUpdate { fallback_id: Some(0), ..Default::default() };
        told.app.dashboard.update_channel(&admin, telegram.id, none).await.unwrap();
        told.alert(json!({ "title": "Two", "severity": "error" })).await;
        let viewer = told.app.token(Role::Viewer).await;
        told.app.until("it to be counted", || async { told.app.get("health", &viewer).await.body["untold"] == 1 }).await;
        let metrics = told.app.send(told.app.http.get(format!("{}/metrics", told.app.url))).await.body;
        assert!(metrics.as_str().unwrap().contains("opscenter_alerts_untold 1"));

        told.telegram.set_mood(Mood::Strict);
        let test = told.app.dashboard.test_channel(&admin, telegram.id).await.unwrap();
        assert!(test.ok && test.answer.starts_with("message "), "{test:?}");
        told.app.until("what waited to be told", || async { told.telegram.taken().len() == 3 }).await;
        told.all_done().await;
        assert_eq!(told.app.ops.db.count_undelivered().await.unwrap(), 0);
        told.app.stop().await;
    }

    async fn a_message_that_is_refused_can_be_sent_again_by_hand(place: Place) {
        let told = told(place).await;
        told.telegram.set_mood(Mood::Refusing);
        told.slack.set_mood(Mood::Refusing);
        let email = told.channel(ChannelKind::Email).await;
        let off = ChannelUpdate { is_active: Some(false), ..Default::default() };
        told.app.dashboard.update_channel(&TestApp::admin(), email.id, off).await.unwrap();
        told.alert(json!({ "title": "Two", "severity": "error" })).await;
        let (viewer, operator) = (told.app.token(Role::Viewer).await, told.app.token(Role::Operator).await);
        told.app.until("it to be counted", || async { told.app.get("health", &viewer).await.body["untold"] == 1 }).await;
        assert!(told.channel(ChannelKind::Telegram).await.broken_reason.is_none(), "one message says nothing of the channel");
        told.telegram.set_mood(Mood::Strict);
        let failed = NotificationQuery { channel: app::types::List(vec![ChannelKind::Telegram]), ..Default::default() };
        let row = told.app.ops.db.list_notifications(&failed, None, 1).await.unwrap().remove(0);
        assert_eq!((row.status, row.reason.as_deref()), (NotificationStatus::Failed, Some("refused")));
        let path = format!("notifications/{}/retry", row.id);
        assert_eq!(told.app.post(&path, &viewer, &json!({})).await.status, 403);
        assert_eq!(told.app.post(&path, &operator, &json!({})).await.status, 202);
        told.app.until("it to be told", || async { told.telegram.taken().len() == 1 }).await;
        told.all_done().await;
        assert_eq!(told.app.ops.db.count_undelivered().await.unwrap(), 0);
        told.app.stop().await;
    }

    async fn two_that_fall_back_on_each_other_come_to_an_end(place: Place) {
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
        let ends = || async {
            let log = told.app.dashboard.list_notifications(&TestApp::admin(), Default::default()).await.unwrap().items;
            log.into_iter().filter(|n| n.kind.as_str() == "resolved").collect::<Vec<_>>()
        };
        told.app.until("both to fail", || async { ends().await.iter().filter(|n| n.error_message.is_some()).count() == 2 }).await;
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        let waiting: Vec<_> = ends().await.iter().map(|n| n.status).collect();
        assert_eq!(waiting, [NotificationStatus::Pending; 2], "one by each, and no more");
        told.app.stop().await;
    }
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
    let sent = NotificationQuery { status: app::types::List(vec![NotificationStatus::Sent]), ..Default::default() };
    told.app
        .until("all to be told", || async {
            told.app.ops.db.list_notifications(&sent, None, 10).await.unwrap().len() == 3
        })
        .await;
    let log = told.app.ops.db.list_notifications(&Default::default(), None, 10).await.unwrap();
    assert!(log.iter().all(|n| n.status == NotificationStatus::Sent), "{log:?}");
    assert!(log.iter().filter(|n| n.channel != ChannelKind::Email).all(|n| n.attempts > 1), "{log:?}");
    assert!(!format!("{log:?}").contains("hush"), "no token in any error");
    told.app.stop().await;
}

on_both! {
    async fn a_channel_whose_secret_cannot_be_read_is_broken_and_not_silent(place: Place) {
        let told = told(place).await;
        let row = NewChannelRow {
            name: "Unreadable".into(),
            kind: ChannelKind::Slack,
            recipient: "hooks.slack.com".into(),
            secret: Some("sealed by another key".into()),
            key_ref: "k".into(),
            settings: Default::default(),
            min_severity: Severity::Warning,
            fallback_id: None,
            is_active: true,
            muted_until: None,
            now: 1,
        };
        let mut tx = told.app.ops.db.begin(Writer::Person).await.unwrap();
        let id = tx.insert_channel(&row).await.unwrap();
        tx.commit().await.unwrap();
        told.app.ops.channels.invalidate();
        let shown = told.app.dashboard.list_channels(&TestApp::admin()).await.unwrap();
        let reason = shown.iter().find(|channel| channel.id == id).unwrap().broken_reason.clone().unwrap();
        assert!(reason.contains("cannot be decrypted"), "{reason}");
        told.app.custom("custom", &json!({ "title": "x", "severity": "critical" })).await.event_id();
        told.app.until("the log to say so", || async {
            let query = NotificationQuery { channel_id: Some(id), ..NotificationQuery::default() };
            let rows = told.app.ops.db.list_notifications(&query, None, 10).await.unwrap();
            rows.iter().any(|row| row.error_message.as_deref().is_some_and(|why| why.contains("cannot be decrypted")))
        })
        .await;
        told.app.stop().await;
    }
}

//! A channel that is deleted while it still has something to tell, and names that clash.

use super::*;

on_both! {
    async fn what_a_deleted_channel_had_to_tell_goes_to_its_fallback(place: Place) {
        let told = told(place).await;
        let admin = TestApp::admin();
        let mail = told.channel(ChannelKind::Email).await;
        for kind in [ChannelKind::Slack, ChannelKind::Telegram] {
            let off = ChannelUpdate { is_active: Some(false), ..Default::default() };
            told.app.dashboard.update_channel(&admin, told.channel(kind).await.id, off).await.unwrap();
        }
        let new = |name: &str, fallback_id| NewChannel {
            name: name.into(),
            kind: ChannelKind::Slack,
            recipient: String::new(),
            secret: Some("https://hooks.slack.com/services/T/B/hush".into()),
            min_severity: Some(Severity::Critical),
            fallback_id,
            settings: Default::default(),
        };
        let ids = [
            told.app.dashboard.create_channel(&admin, new("With a fallback", Some(mail.id))).await.unwrap().id,
            told.app.dashboard.create_channel(&admin, new("Alone", None)).await.unwrap().id,
        ];
        told.alert(json!({ "title": "Down", "severity": "info" })).await;
        told.app.settled().await;
        let mut tx = told.app.ops.db.begin(opscenter::db::Writer::Person).await.unwrap();
        for channel_id in ids {
            // Due later, so that no sender is at it.
            let later = opscenter::db::NewNotification {
                alert_id: 1,
                channel_id,
                channel: ChannelKind::Slack,
                recipient: "x".into(),
                kind: app::types::NotificationKind::Opened,
                episode: 0,
                severity: Severity::Critical,
                queued: opscenter::delivery::Queued::Pending,
                now: told.app.ops.now() + 3_600_000,
            };
            tx.insert_notifications(&[later]).await.unwrap();
        }
        tx.commit().await.unwrap();
        for id in ids {
            told.app.dashboard.delete_channel(&admin, id).await.unwrap();
        }
        told.all_done().await;
        assert_eq!(told.smtp.mails.lock().unwrap().len(), 1, "the fallback told it");
        let log = told.app.dashboard.list_notifications(&admin, Default::default()).await.unwrap().items;
        let failed: Vec<_> = log.iter().filter(|n| n.status == NotificationStatus::Failed).collect();
        assert_eq!(failed.len(), 2, "{log:?}");
        assert!(failed.iter().all(|n| n.reason.as_deref() == Some("the channel was deleted")));
        told.app.stop().await;
    }

    async fn all_that_a_deleted_channel_had_to_tell_goes_there(place: Place) {
        const MANY: i64 = 1_100;
        let told = told(place).await;
        let mail = told.only(ChannelKind::Email, false).await;
        let new = NewChannel {
            name: "With a fallback".into(),
            kind: ChannelKind::Slack,
            recipient: String::new(),
            secret: Some("https://hooks.slack.com/services/T/B/hush".into()),
            min_severity: Some(Severity::Critical),
            fallback_id: Some(mail.id),
            settings: Default::default(),
        };
        let channel_id = told.app.dashboard.create_channel(&TestApp::admin(), new).await.unwrap().id;
        told.alert(json!({ "title": "Down", "severity": "info" })).await;
        told.app.settled().await;
        let later = |episode| opscenter::db::NewNotification {
            alert_id: 1,
            channel_id,
            channel: ChannelKind::Slack,
            recipient: "x".into(),
            kind: app::types::NotificationKind::Repeated,
            episode,
            severity: Severity::Critical,
            queued: opscenter::delivery::Queued::Pending,
            now: told.app.ops.now() + 3_600_000,
        };
        let mut tx = told.app.ops.db.begin(opscenter::db::Writer::Person).await.unwrap();
        tx.insert_notifications(&(0..MANY).map(later).collect::<Vec<_>>()).await.unwrap();
        tx.commit().await.unwrap();
        told.app.dashboard.delete_channel(&TestApp::admin(), channel_id).await.unwrap();
        let query = NotificationQuery { channel_id: Some(mail.id), ..Default::default() };
        assert_eq!(told.app.ops.db.list_notifications(&query, None, 2_000).await.unwrap().len() as i64, MANY);
        told.app.stop().await;
    }

    async fn a_channel_of_the_environment_finds_a_name(place: Place) {
        let place = Arc::new(place);
        let app = TestApp::start_with(place.clone(), config::Role::All, Clock::System, None).await;
        let new = NewChannel {
            name: "Slack".into(),
            kind: ChannelKind::Slack,
            recipient: String::new(),
            secret: Some("https://hooks.slack.com/services/T/B/hush".into()),
            min_severity: None,
            fallback_id: None,
            settings: Default::default(),
        };
        app.dashboard.create_channel(&TestApp::admin(), new).await.unwrap();
        app.stop().await;
        let start = || TestApp::start_configured(place.clone(), config::Role::All, Clock::System, None, |config| {
            config.slack_webhook_url = Some("http://127.0.0.1:9/services/T/B/hush".into());
        });
        let app = start().await;
        // As two nodes do that start together.
        let syncs = (0..4).map(|_| app.ops.channels.sync_environment(0));
        futures::future::join_all(syncs).await.into_iter().for_each(|done| done.unwrap());
        let channels = app.dashboard.list_channels(&TestApp::admin()).await.unwrap();
        let names: Vec<&str> = channels.iter().map(|channel| channel.name.as_str()).collect();
        assert_eq!(names, ["Slack", "Slack (environment)"]);
        app.stop().await;
    }
}

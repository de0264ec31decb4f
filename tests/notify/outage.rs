//! A channel that is away, for minutes and for hours.

use super::*;

const NOON: i64 = 1_800_000_000_000;
const MINUTE: i64 = 60_000;

/// Lets the server's clock run: many hours in some seconds, a minute at a time.
async fn pass_hours(clock: &Clock, hours: i64) {
    for _ in 0..hours * 60 {
        clock.advance(MINUTE);
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

on_both! {
    async fn a_night_without_the_channel_loses_nothing_and_is_one_message(place: Place) {
        let clock = Clock::fixed(NOON);
        let told = told_at(place, clock.clone()).await;
        told.only(ChannelKind::Slack, true).await;
        told.slack.set_mood(Mood::Failing);
        let alert = |n: usize, status: &str| json!({ "title": format!("Down {n}"), "severity": if n < 3 { "critical" } else { "warning" }, "dedup_key": format!("k{n}"), "status": status });
        for n in 0..40 {
            told.alert(alert(n, "firing")).await;
        }
        told.app.settled().await;
        told.alert(alert(0, "resolved")).await;
        told.alert(alert(39, "resolved")).await;
        told.app.settled().await;
        pass_hours(&clock, 8).await;
        let pending = told.log().await.iter().filter(|n| n.status == NotificationStatus::Pending).count();
        assert_eq!(pending, 40, "each waits: {:?}", told.log().await.first());
        assert_eq!(told.app.ops.db.count_undelivered().await.unwrap(), 38, "what is open and nobody was told of");
        let tries: i64 = told.log().await.iter().map(|n| n.attempts).sum();
        assert!(tries < 160, "the worst waiting row probes, and ever more rarely: {tries}");

        told.slack.set_mood(Mood::Strict);
        clock.advance(6 * MINUTE);
        told.app
            .until("all to be told", || async { told.log().await.iter().all(|n| n.status == NotificationStatus::Sent) })
            .await;
        let headlines = told.headlines();
        assert_eq!(headlines.len(), 2, "the probe and a digest: {headlines:?}");
        let digest = told.slack.taken()[1].to_string();
        assert!(headlines[1].contains("39 alerts") && digest.contains("waited up to 8 h") && digest.contains("already resolved"), "{digest}");
        assert_eq!(told.app.ops.db.count_undelivered().await.unwrap(), 0);
        assert_eq!(told.app.dashboard.list_channels(&TestApp::admin()).await.unwrap().iter().filter(|c| c.failing_since.is_some()).count(), 0);
        told.app.stop().await;
    }

    async fn the_fallback_is_told_meanwhile_and_only_once(place: Place) {
        let clock = Clock::fixed(NOON);
        let told = told_at(place, clock.clone()).await;
        let slack = told.only(ChannelKind::Slack, false).await;
        let second = told.mail_to("Second", "second@example.com").await;
        told.set(slack.id, ChannelUpdate { fallback_id: Some(second.id), ..Default::default() }).await;
        told.slack.set_mood(Mood::Cutting);
        told.alert(told.report("error", "firing")).await;
        told.app.until("a try", || async { told.log().await.iter().any(|n| n.error_message.is_some()) }).await;
        let mails = || told.smtp.mails.lock().unwrap().len();
        clock.advance(9 * MINUTE);
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert_eq!(mails(), 0, "ten minutes of patience");
        clock.advance(MINUTE + 1);
        told.app.until("the fallback", || async { mails() == 1 }).await;
        for _ in 0..5 {
            clock.advance(10 * MINUTE);
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        assert_eq!(mails(), 1);
        assert_eq!(told.app.ops.db.count_undelivered().await.unwrap(), 0);
        told.app.stop().await;
    }

    async fn a_fallback_that_is_named_during_an_outage_is_told(place: Place) {
        let clock = Clock::fixed(NOON);
        let told = told_at(place, clock.clone()).await;
        let slack = told.only(ChannelKind::Slack, false).await;
        told.slack.set_mood(Mood::Failing);
        told.alert(told.report("error", "firing")).await;
        told.app.until("a try", || async { told.log().await.iter().any(|n| n.error_message.is_some()) }).await;
        clock.advance(5 * 60 * MINUTE);
        let untold = || async { told.app.ops.db.count_undelivered().await.unwrap() };
        told.app.until("it to be noticed", || async { untold().await == 1 }).await;
        let second = told.mail_to("Second", "second@example.com").await;
        told.set(slack.id, ChannelUpdate { fallback_id: Some(second.id), ..Default::default() }).await;
        told.app.until("the fallback", || async { told.smtp.mails.lock().unwrap().len() == 1 }).await;
        told.app.until("it to be told", || async { untold().await == 0 }).await;
        told.app.stop().await;
    }

    async fn all_that_waits_for_a_channel_goes_to_its_fallback_when_it_is_switched_off(place: Place) {
        const MANY: usize = 1_100;
        let clock = Clock::fixed(NOON);
        let told = told_at(place, clock.clone()).await;
        let slack = told.only(ChannelKind::Slack, false).await;
        let second = told.mail_to("Second", "second@example.com").await;
        told.set(slack.id, ChannelUpdate { fallback_id: Some(second.id), ..Default::default() }).await;
        told.slack.set_mood(Mood::Failing);
        for n in 0..MANY {
            told.alert(json!({ "title": format!("Down {n}"), "severity": "error" })).await;
        }
        told.app.settled().await;
        told.set(slack.id, ChannelUpdate { is_active: Some(false), ..Default::default() }).await;
        let db = &told.app.ops.db;
        let of = |channel: i64, status| async move {
            let query = NotificationQuery { channel_id: Some(channel), status: app::types::List(vec![status]), ..Default::default() };
            db.list_notifications(&query, None, 2_000).await.unwrap().len()
        };
        told.app.until("all to be escalated to the fallback channel", || async { of(slack.id, NotificationStatus::Failed).await == MANY }).await;
        clock.advance(2 * MINUTE);
        told.app.until("all to be told", || async { of(second.id, NotificationStatus::Sent).await == MANY }).await;
        assert!(told.smtp.mails.lock().unwrap().len() < 60, "in digests");
        assert_eq!(told.app.ops.db.count_undelivered().await.unwrap(), 0);
        told.app.stop().await;
    }

    async fn after_a_day_it_is_given_up_and_said_so(place: Place) {
        let clock = Clock::fixed(NOON);
        let told = told_at(place, clock.clone()).await;
        told.only(ChannelKind::Slack, false).await;
        told.slack.set_mood(Mood::Failing);
        told.alert(told.report("error", "firing")).await;
        told.app.until("a try", || async { told.log().await.iter().any(|n| n.error_message.is_some()) }).await;
        clock.advance(24 * 60 * MINUTE + 1);
        told.app.until("it to be given up", || async { told.log().await[0].status == NotificationStatus::Failed }).await;
        assert!(told.log().await[0].reason.as_deref().unwrap().contains("24 h"));
        told.slack.set_mood(Mood::Strict);
        // One press tells of everything that nobody was told of.
        let operator = told.app.token(Role::Operator).await;
        assert_eq!(told.app.post("notifications/retry-untold", &operator, &json!({})).await.body["changed"], 1);
        clock.advance(31 * MINUTE);
        told.app.until("it to be told", || async { told.slack.taken().len() == 1 }).await;
        told.app.until("it to be counted", || async { told.app.ops.db.count_undelivered().await.unwrap() == 0 }).await;
        told.app.stop().await;
    }

    async fn a_broken_channel_is_probed_and_tells_what_is_still_true(place: Place) {
        let clock = Clock::fixed(NOON);
        let told = told_at(place, clock.clone()).await;
        told.only(ChannelKind::Slack, false).await;
        told.slack.set_mood(Mood::Gone);
        told.alert(told.report("warning", "firing")).await;
        told.alert(json!({ "title": "Short", "severity": "warning", "dedup_key": "short" })).await;
        told.app.until("it to break", || async { told.channel(ChannelKind::Slack).await.broken_reason.is_some() }).await;
        told.alert(json!({ "title": "Short", "severity": "warning", "dedup_key": "short", "status": "resolved" })).await;
        told.app.settled().await;
        told.slack.set_mood(Mood::Strict);
        assert!(told.slack.taken().is_empty());
        clock.advance(31 * MINUTE);
        told.app.until("it to be told", || async { told.slack.taken().len() == 1 }).await;
        told.app
            .until("all to be done", || async {
                told.log().await.iter().all(|n| n.status != NotificationStatus::Pending)
            })
            .await;
        let mut reasons: Vec<_> = told.log().await.iter().map(|n| (n.title.clone(), n.status)).collect();
        reasons.sort_by(|a, b| a.0.cmp(&b.0));
        let expected = [("Disk full".to_owned(), NotificationStatus::Sent), ("Short".to_owned(), NotificationStatus::Cancelled)];
        assert_eq!(reasons, expected);
        assert!(told.channel(ChannelKind::Slack).await.broken_reason.is_none());
        told.app.stop().await;
    }

    async fn a_clock_that_goes_back_holds_nobody_up(place: Place) {
        let clock = Clock::fixed(NOON);
        let told = told_at(place, clock.clone()).await;
        told.only(ChannelKind::Slack, false).await;
        told.alert(told.report("error", "firing")).await;
        told.app.until("the first message", || async { told.slack.taken().len() == 1 }).await;
        clock.advance(-60 * MINUTE);
        told.alert(json!({ "title": "Next", "severity": "error" })).await;
        told.app.until("the next", || async { told.slack.taken().len() == 2 }).await;
        told.app.stop().await;
    }
}

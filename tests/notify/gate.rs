//! What is held, what is cancelled, and what is said once a hold ends.

use super::*;

const NOON: i64 = 1_800_000_000_000;
const HOUR: i64 = 3_600_000;

on_both! {
    async fn a_muted_channel_forgets_nothing(place: Place) {
        let clock = Clock::fixed(NOON);
        let told = told_at(place, clock.clone()).await;
        let slack = told.only(ChannelKind::Slack, true).await;
        told.set(slack.id, ChannelUpdate { muted_until: Some(NOON + HOUR), ..Default::default() }).await;
        told.alert(told.report("critical", "firing")).await;
        told.alert(json!({ "title": "Short", "severity": "critical", "dedup_key": "short" })).await;
        told.alert(json!({ "title": "Short", "status": "resolved", "dedup_key": "short" })).await;
        told.app.settled().await;
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let mut log = told.log().await;
        log.sort_by_key(|n| n.title.clone());
        let states: Vec<_> = log.iter().map(|n| (n.status, n.reason.as_deref())).collect();
        let held = (NotificationStatus::Held, Some("the channel is muted"));
        assert_eq!(states, [held, (NotificationStatus::Cancelled, Some("resolved while held"))]);
        assert_eq!(log[0].held_until, Some(NOON + HOUR));
        assert!(told.slack.taken().is_empty());
        assert_eq!(told.app.ops.db.count_undelivered().await.unwrap(), 1, "all matching channels are muted");

        clock.advance(HOUR + 1);
        told.app.until("the hold to end", || async { told.slack.taken().len() == 1 }).await;
        let message = told.slack.taken()[0].to_string();
        assert!(message.contains("Disk full") && message.contains("held ") && message.contains("the channel is muted"), "{message}");
        told.all_done().await;
        assert_eq!(told.app.ops.db.count_undelivered().await.unwrap(), 0);
        told.app.stop().await;
    }

    async fn an_end_that_comes_first_leaves_the_same_rows(place: Place) {
        let told = told_at(place, Clock::fixed(NOON)).await;
        let slack = told.only(ChannelKind::Slack, true).await;
        told.set(slack.id, ChannelUpdate { muted_until: Some(NOON + HOUR), ..Default::default() }).await;
        for status in ["resolved", "firing"] {
            let at = if status == "firing" { "2026-01-01T00:00:00Z" } else { "2026-01-01T00:00:01Z" };
            told.alert(json!({ "title": "Short", "severity": "critical", "dedup_key": "short", "status": status, "timestamp": at })).await;
            told.app.settled().await;
        }
        let log = told.log().await;
        let states: Vec<_> = log.iter().map(|n| (n.status, n.reason.as_deref())).collect();
        assert_eq!(states, [(NotificationStatus::Cancelled, Some("resolved while held"))]);
        told.app.stop().await;
    }

    async fn an_alert_that_is_muted_and_flaps_is_silent_and_told_at_the_end(place: Place) {
        let clock = Clock::fixed(NOON);
        let told = told_at(place, clock.clone()).await;
        told.only(ChannelKind::Slack, false).await;
        told.alert(told.report("error", "firing")).await;
        told.app.until("the first message", || async { told.slack.taken().len() == 1 }).await;
        told.change("mute").await;
        for status in ["resolved", "firing", "resolved", "firing", "resolved", "firing"] {
            told.alert(told.report("critical", status)).await;
            told.app.settled().await;
        }
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        assert_eq!(told.slack.taken().len(), 1, "muted: {:?}", told.headlines());
        clock.advance(HOUR + 1);
        told.app.until("the mute to end", || async { told.slack.taken().len() == 2 }).await;
        told.all_done().await;
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert_eq!(told.slack.taken().len(), 2, "{:?}", told.log().await);
        told.app.stop().await;
    }

    async fn nothing_that_is_claimed_after_an_acknowledge_speaks(place: Place) {
        let told = told(place).await;
        told.only(ChannelKind::Slack, false).await;
        told.slack.set_mood(Mood::Failing);
        told.alert(told.report("error", "firing")).await;
        told.app.until("a try", || async { told.log().await.iter().any(|n| n.error_message.is_some()) }).await;
        told.change("acknowledge").await;
        told.slack.set_mood(Mood::Strict);
        told.app
            .until("it to be cancelled", || async {
                told.log().await.iter().all(|n| n.status == NotificationStatus::Cancelled)
            })
            .await;
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        assert!(told.slack.taken().is_empty());
        assert!(told.log().await[0].reason.as_deref().unwrap().contains("acknowledged"));
        told.alert(told.report("critical", "firing")).await;
        told.app.settled().await;
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert!(told.slack.taken().is_empty(), "in hand, and nobody was told less");
        told.app.stop().await;
    }

    async fn who_was_told_hears_that_it_was_resolved_by_hand(place: Place) {
        let told = told(place).await;
        told.only(ChannelKind::Slack, true).await;
        told.alert(told.report("error", "firing")).await;
        told.app.until("the first message", || async { told.slack.taken().len() == 1 }).await;
        told.change("resolve").await;
        told.app.until("its end", || async { told.slack.taken().len() == 2 }).await;
        // Its source fires on: the alert is open again, and nobody is told so soon. Then it ends there too.
        told.alert(told.report("error", "firing")).await;
        told.all_done().await;
        let alerts = told.app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap();
        assert_eq!(alerts.iter().map(|alert| alert.state).collect::<Vec<_>>(), [AlertState::Open]);
        told.change("resolve").await;
        told.alert(told.report("error", "resolved")).await;
        told.all_done().await;
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let headlines = told.headlines();
        assert_eq!(headlines.len(), 2, "{headlines:?}");
        assert!(headlines[0].starts_with("🚨") && headlines[1].starts_with("✅"), "{headlines:?}");
        assert_eq!(told.app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap().len(), 1);
        told.app.stop().await;
    }

    async fn an_end_makes_the_next_alarm_due_at_once(place: Place) {
        let told = told(place).await;
        told.only(ChannelKind::Slack, true).await;
        for status in ["firing", "resolved", "firing"] {
            told.alert(told.report("error", status)).await;
            told.all_done().await;
        }
        let headlines = told.headlines();
        let marks: Vec<char> = headlines.iter().filter_map(|line| line.chars().next()).collect();
        assert_eq!(marks, ['🚨', '✅', '🚨'], "{headlines:?}");
        told.app.stop().await;
    }

    async fn what_became_otherwise_while_a_message_was_on_its_way_is_said(place: Place) {
        let told = told(place).await;
        told.only(ChannelKind::Slack, true).await;
        let in_flight = |attempts: usize| {
            let told = &told;
            async move { told.log().await.iter().filter(|n| n.lease_until.is_some()).count() == attempts }
        };
        told.slack.set_mood(Mood::Slow);
        told.alert(told.report("error", "firing")).await;
        told.app.until("the alarm to be on its way", || in_flight(1)).await;
        told.alert(told.report("error", "resolved")).await;
        // Taken by the provider is not yet logged: else the alarm's own lease would be taken for that of the end.
        let is_sent = || async { told.log().await.iter().any(|n| n.status == NotificationStatus::Sent) };
        told.app.until("the alarm", is_sent).await;
        told.app.until("the end to be on its way", || in_flight(1)).await;
        told.alert(told.report("error", "firing")).await;
        told.app.settled().await;
        told.app.until("all three", || async { told.slack.taken().len() == 3 }).await;
        told.all_done().await;
        let marks: Vec<char> = told.headlines().iter().filter_map(|line| line.chars().next()).collect();
        assert_eq!(marks, ['🚨', '✅', '🚨']);
        told.app.stop().await;
    }

    async fn an_acknowledge_that_is_taken_back_lets_the_alarm_go(place: Place) {
        let told = told(place).await;
        told.only(ChannelKind::Slack, false).await;
        told.slack.set_mood(Mood::Failing);
        told.alert(told.report("critical", "firing")).await;
        told.app.until("a try", || async { told.log().await.iter().any(|n| n.error_message.is_some()) }).await;
        told.change("acknowledge").await;
        told.app.until("it to be cancelled", || async { told.log().await[0].status == NotificationStatus::Cancelled }).await;
        told.slack.set_mood(Mood::Strict);
        told.change("reopen").await;
        told.app.until("the alarm", || async { told.slack.taken().len() == 1 }).await;
        told.app.stop().await;
    }

    async fn a_shorter_mute_shortens_what_a_longer_one_holds(place: Place) {
        use app::backend::Alerts;
        let clock = Clock::fixed(NOON);
        let told = told_at(place, clock.clone()).await;
        told.only(ChannelKind::Slack, false).await;
        told.slack.set_mood(Mood::Failing);
        told.alert(told.report("error", "firing")).await;
        told.app.until("a try", || async { told.log().await.iter().any(|n| n.error_message.is_some()) }).await;
        for until in [NOON + 24 * HOUR, NOON + HOUR / 4] {
            let selection = app::types::Selection { ids: Some(vec![1]), until: Some(until), ..Default::default() };
            told.app.dashboard.change_alerts(&TestApp::admin(), app::types::AlertChange::Mute, selection).await.unwrap();
            told.app.until("it to be held", || async { told.log().await[0].held_until == Some(until) }).await;
        }
        told.slack.set_mood(Mood::Strict);
        clock.advance(HOUR / 4 + 1_000);
        told.app.until("it to be told", || async { told.slack.taken().len() == 1 }).await;
        told.app.stop().await;
    }

    async fn an_unmute_beside_a_claim_leaves_nothing_held(place: Place) {
        let clock = Clock::fixed(NOON);
        let told = told_at(place, clock.clone()).await;
        told.only(ChannelKind::Slack, false).await;
        told.slack.set_mood(Mood::Failing);
        told.alert(told.report("error", "firing")).await;
        told.app.until("a try", || async { told.log().await.iter().any(|n| n.error_message.is_some()) }).await;
        told.change("mute").await;
        told.slack.set_mood(Mood::Strict);
        let db = &told.app.ops.db;
        let mut tx = db.begin(opscenter::db::Writer::Person).await.unwrap();
        tx.end_alert_hold(&[1], "the alert is muted", NOON).await.unwrap();
        tx.commit().await.unwrap();
        let is_due = || async { told.log().await[0].status == NotificationStatus::Pending };
        told.app.until("it to wait for its channel", is_due).await;
        // It is claimed only now, when nothing is held that could be released.
        let mut tx = db.begin(opscenter::db::Writer::Person).await.unwrap();
        tx.change_alerts(&opscenter::db::AlertUpdate::new(app::types::AlertChange::Unmute, NOON), &[1], NOON).await.unwrap();
        tx.mute_keys(&[1], None, NOON).await.unwrap();
        tx.end_alert_hold(&[1], "the alert is muted", NOON).await.unwrap();
        clock.advance(2_000);
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        tx.commit().await.unwrap();
        told.app.until("it to be told", || async { told.slack.taken().len() == 1 }).await;
        told.app.stop().await;
    }
}

//! What is news a second time: opened again by hand, worse within one delivery, an episode that nobody heard of.

use app::backend::Alerts;
use app::types::{AlertChange, NotificationKind};

use super::*;

const NOON: i64 = 1_800_000_000_000;
const HOUR: i64 = 3_600_000;

on_both! {
    async fn what_a_person_opens_again_is_said_and_so_is_its_end(place: Place) {
        let told = told_at(place, Clock::fixed(NOON)).await;
        told.only(ChannelKind::Slack, true).await;
        told.alert(told.report("error", "firing")).await;
        told.app.until("the alarm", || async { told.slack.taken().len() == 1 }).await;
        told.change("resolve").await;
        told.app.until("its end", || async { told.slack.taken().len() == 2 }).await;
        told.change("reopen").await;
        told.app.until("it to be opened", || async { told.slack.taken().len() == 3 }).await;
        let admin = TestApp::admin();
        let selection = app::types::Selection { ids: Some(vec![1]), ..Default::default() };
        let changed = told.app.dashboard.change_alerts(&admin, AlertChange::Resolve, selection).await.unwrap();
        told.app.until("its second end", || async { told.slack.taken().len() == 4 }).await;
        told.app.dashboard.undo_alerts(&admin, changed.undo.unwrap()).await.unwrap();
        told.app.until("the undo", || async { told.slack.taken().len() == 5 }).await;
        told.alert(told.report("error", "resolved")).await;
        told.app.until("its last end", || async { told.slack.taken().len() == 6 }).await;
        told.all_done().await;
        let ends: Vec<bool> = told.headlines().iter().map(|line| line.starts_with("✅")).collect();
        assert_eq!(ends, [false, true, false, true, false, true]);
        told.app.stop().await;
    }

    async fn a_rise_that_an_acknowledge_kept_back_is_said_when_it_is_taken_back(place: Place) {
        let clock = Clock::fixed(NOON);
        let told = told_at(place, clock.clone()).await;
        told.only(ChannelKind::Slack, false).await;
        told.alert(told.report("warning", "firing")).await;
        told.app.until("the alarm", || async { told.slack.taken().len() == 1 }).await;
        told.all_done().await;
        told.slack.set_mood(Mood::Failing);
        told.alert(told.report("critical", "firing")).await;
        told.app.until("a try", || async { told.log().await.iter().any(|n| n.error_message.is_some()) }).await;
        let selection = app::types::Selection { ids: Some(vec![1]), ..Default::default() };
        let admin = TestApp::admin();
        let changed = told.app.dashboard.change_alerts(&admin, AlertChange::Acknowledge, selection).await.unwrap();
        told.app.dashboard.undo_alerts(&admin, changed.undo.unwrap()).await.unwrap();
        told.slack.set_mood(Mood::Strict);
        clock.advance(6 * 60_000);
        told.app.until("the rise", || async { told.slack.taken().len() == 2 }).await;
        assert!(told.slack.taken()[1].to_string().contains("critical"));
        told.app.stop().await;
    }

    async fn one_key_several_times_in_a_delivery_is_one_message(place: Place) {
        let told = told_at(place, Clock::fixed(NOON)).await;
        told.only(ChannelKind::Slack, false).await;
        told.app.source("alertmanager", "alertmanager", &[]).await;
        let alert = |severity: &str| json!({
            "status": "firing", "labels": { "alertname": "Disk", "severity": severity }, "annotations": {},
            "startsAt": "2026-01-01T00:00:00Z", "endsAt": "0001-01-01T00:00:00Z", "fingerprint": "00aa",
        });
        let group = |severities: &[&str]| json!({
            "version": "4", "status": "firing", "receiver": "x", "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {},
            "externalURL": "http://am", "alerts": severities.iter().map(|severity| alert(severity)).collect::<Vec<_>>(),
        });
        told.app.bearer("alertmanager", &group(&["warning"])).await.event_id();
        told.app.until("the alarm", || async { told.slack.taken().len() == 1 }).await;
        told.all_done().await;
        told.app.bearer("alertmanager", &group(&["error", "critical", "error"])).await.event_id();
        told.app.until("the rise", || async { told.slack.taken().len() == 2 }).await;
        told.all_done().await;
        let rises = told.log().await.into_iter().filter(|n| n.kind == NotificationKind::Repeated);
        assert_eq!(rises.map(|n| n.severity).collect::<Vec<_>>(), [Severity::Critical]);
        told.app.stop().await;
    }

    async fn an_episode_that_nobody_heard_of_is_undelivered_though_an_earlier_one_was(place: Place) {
        let clock = Clock::fixed(NOON);
        let told = told_at(place, clock.clone()).await;
        told.only(ChannelKind::Slack, false).await;
        let report = |status: &str| json!({ "title": "Disk full", "severity": "error", "dedup_key": "disk", "status": status });
        told.alert(report("firing")).await;
        told.app.until("the alarm", || async { told.slack.taken().len() == 1 }).await;
        told.all_done().await;
        clock.advance(5 * HOUR);
        told.alert(report("resolved")).await;
        told.app.settled().await;
        told.slack.set_mood(Mood::Refusing);
        clock.advance(60_000);
        told.alert(report("firing")).await;
        told.app.until("it to be refused", || async { told.log().await.iter().any(|n| n.status == NotificationStatus::Failed) }).await;
        assert_eq!(told.app.ops.db.count_undelivered().await.unwrap(), 1);
        told.app.stop().await;
    }

    async fn an_end_that_is_denied_makes_nothing_undelivered(place: Place) {
        let clock = Clock::fixed(NOON);
        let told = told_at(place, clock.clone()).await;
        told.only(ChannelKind::Slack, true).await;
        told.alert(told.report("error", "firing")).await;
        told.app.until("the alarm", || async { told.slack.taken().len() == 1 }).await;
        told.all_done().await;
        told.slack.set_mood(Mood::Failing);
        clock.advance(60_000);
        told.alert(told.report("error", "resolved")).await;
        told.app.until("a try", || async { told.log().await.iter().any(|n| n.error_message.is_some()) }).await;
        clock.advance(60_000);
        told.alert(told.report("error", "firing")).await;
        told.app.settled().await;
        told.slack.set_mood(Mood::Strict);
        clock.advance(6 * 60_000);
        let is_denied = || async { told.log().await.iter().any(|n| n.status == NotificationStatus::Cancelled) };
        told.app.until("the end to be denied", is_denied).await;
        assert_eq!(told.app.ops.db.count_undelivered().await.unwrap(), 0, "it is known to fire");
        assert_eq!(told.slack.taken().len(), 1);
        told.app.stop().await;
    }

    async fn what_a_mute_held_that_was_taken_back_waits_like_any_other(place: Place) {
        let clock = Clock::fixed(NOON);
        let told = told_at(place, clock.clone()).await;
        let slack = told.only(ChannelKind::Slack, false).await;
        told.set(slack.id, ChannelUpdate { muted_until: Some(NOON + 8 * HOUR), ..Default::default() }).await;
        told.alert(told.report("error", "firing")).await;
        told.app.settled().await;
        told.slack.set_mood(Mood::Failing);
        clock.advance(HOUR);
        told.set(slack.id, ChannelUpdate { muted_until: Some(0), ..Default::default() }).await;
        told.app.until("a try", || async { told.log().await.iter().any(|n| n.error_message.is_some()) }).await;
        clock.advance(60_000);
        told.alert(told.report("error", "resolved")).await;
        told.app.settled().await;
        told.slack.set_mood(Mood::Strict);
        clock.advance(6 * 60_000);
        told.app.until("both to be said", || async { told.slack.taken().len() == 1 }).await;
        assert!(told.headlines()[0].contains("Fired and resolved"), "{:?}", told.headlines());
        told.app.stop().await;
    }
}

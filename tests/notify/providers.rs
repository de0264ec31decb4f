//! What providers do beside taking a message: a group moves, another program polls, one of several recipients is refused.

use std::sync::atomic::Ordering;

use super::*;

on_both! {
    async fn a_group_that_became_a_supergroup_is_followed(place: Place) {
        let told = told(place).await;
        told.only(ChannelKind::Telegram, false).await;
        let telegram = told.channel(ChannelKind::Telegram).await;
        let settings = Some([("thread".to_owned(), "7".to_owned())].into());
        let update = ChannelUpdate { settings, ..Default::default() };
        told.app.dashboard.update_channel(&TestApp::admin(), telegram.id, update).await.unwrap();
        told.app.ops.channels.invalidate();
        told.telegram.set_mood(Mood::Moved);
        told.alert(told.report("error", "firing")).await;
        told.app.until("the message", || async { told.telegram.taken().len() == 1 }).await;
        let message = &told.telegram.taken()[0];
        assert_eq!((message["chat_id"].as_i64(), message["message_thread_id"].as_i64()), (Some(-10042), Some(7)));
        told.all_done().await;
        assert_eq!(told.channel(ChannelKind::Telegram).await.recipient, "-10042");
        told.app.stop().await;
    }

    async fn another_program_that_polls_is_shown_on_the_channel(place: Place) {
        let told = told(place).await;
        told.telegram.set_mood(Mood::Conflict);
        let warning = || async { told.channel(ChannelKind::Telegram).await.warning };
        told.app.until("the warning", || async { warning().await.is_some_and(|why| why.contains("another process is polling")) }).await;
        told.telegram.set_mood(Mood::Strict);
        told.app.until("it to go", || async { warning().await.is_none() }).await;
        told.app.stop().await;
    }

    async fn one_refused_recipient_stops_no_other(place: Place) {
        let told = told(place).await;
        told.only(ChannelKind::Email, false).await;
        let several = told.mail_to("Several", "refused@example.com, reached@example.com").await;
        told.alert(told.report("critical", "firing")).await;
        told.all_done().await;
        let row = told.log().await.into_iter().find(|n| n.channel_id == Some(several.id)).unwrap();
        assert_eq!(row.status, NotificationStatus::Sent);
        assert!(row.provider_response.as_deref().unwrap().contains("not sent to refused@example.com"), "{row:?}");
        assert_eq!(told.smtp.mails.lock().unwrap().len(), 2, "one by each channel");
        told.app.stop().await;
    }

    async fn mail_whose_password_is_refused_waits_until_it_is_taken(place: Place) {
        let clock = Clock::fixed(1_800_000_000_000);
        let told = told_by(place, clock.clone(), Smtp::with_passwords().await).await;
        told.only(ChannelKind::Email, false).await;
        told.smtp.refuses_passwords.store(true, Ordering::Relaxed);
        told.alert(told.report("error", "firing")).await;
        let broken = || async { told.channel(ChannelKind::Email).await.broken_reason };
        told.app.until("it to break", || async { broken().await.is_some() }).await;
        assert!(broken().await.unwrap().contains("535"), "{:?}", broken().await);
        assert!(!format!("{:?}", (broken().await, told.log().await)).contains("hush-password"));
        assert_eq!(told.log().await[0].status, NotificationStatus::Pending, "nothing is lost");
        told.smtp.refuses_passwords.store(false, Ordering::Relaxed);
        clock.advance(31 * 60_000);
        told.app.until("the mail", || async { told.smtp.mails.lock().unwrap().len() == 1 }).await;
        // The server notes it after the mail has arrived.
        told.app.until("the channel to work", || async { broken().await.is_none() }).await;
        told.app.stop().await;
    }
}

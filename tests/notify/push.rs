//! Web Push: what a push service gets, and what only the browser can read.

use app::backend::{Access, Pushes};
use app::types::{Actor, UserUpdate};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use web_push_native::p256::SecretKey;
use web_push_native::p256::elliptic_curve::sec1::ToEncodedPoint;
use web_push_native::{Auth, decrypt};

use super::*;
use crate::app::people::user;
use crate::app::receivers::Pushed;

/// A browser: its keys, and the subscription that it would give away.
struct Browser {
    private: SecretKey,
    auth: [u8; 16],
    endpoint: String,
}

impl Browser {
    fn of(receiver: &Receiver, name: &str) -> Self {
        let private = SecretKey::from_slice(&[7; 32]).unwrap();
        Self { private, auth: [9; 16], endpoint: format!("{}/push/{name}", receiver.url) }
    }

    fn subscription(&self) -> String {
        let key = BASE64.encode(self.private.public_key().to_encoded_point(false).as_bytes());
        json!({ "endpoint": self.endpoint, "expirationTime": null, "keys": { "p256dh": key, "auth": BASE64.encode(self.auth) } })
            .to_string()
    }

    fn read(&self, pushed: &Pushed) -> Value {
        let text = decrypt(pushed.body.clone(), &self.private, &Auth::clone_from_slice(&self.auth)).unwrap();
        serde_json::from_slice(&text).unwrap()
    }
}

fn operator() -> Actor {
    Actor { name: "o@example.com".to_owned(), role: Role::Operator }
}

/// Turns push on in the browser of [`operator`].
async fn subscribe(told: &Told, browser: &Browser, min_severity: Severity) {
    let name = "Chrome on Android".to_owned();
    told.app.dashboard.save_push(&operator(), browser.subscription(), name, min_severity).await.unwrap();
}

async fn found(told: &Told, who: &Actor, browser: &Browser) -> Option<Severity> {
    told.app.dashboard.find_push(who, browser.endpoint.clone()).await.unwrap()
}

/// An app whose only channel is the browser of an operator.
async fn pushed(place: Place) -> (Told, Receiver, Browser) {
    let told = told(place).await;
    for channel in told.app.dashboard.list_channels(&TestApp::admin()).await.unwrap() {
        told.set(channel.id, ChannelUpdate { is_active: Some(false), ..Default::default() }).await;
    }
    user(&told.app, "o@example.com", Role::Operator).await;
    let service = Receiver::push().await;
    let browser = Browser::of(&service, "one");
    subscribe(&told, &browser, Severity::Error).await;
    (told, service, browser)
}

on_both! {
    async fn an_alert_reaches_the_browser_and_its_end_replaces_it(place: Place) {
        let (told, service, browser) = pushed(place).await;
        told.alert(told.report("warning", "firing")).await;
        told.alert(json!({ "title": "Queue is long", "severity": "critical", "dedup_key": "queue" })).await;
        told.app.until("the message", || async { service.pushed().len() == 1 }).await;
        told.alert(json!({ "title": "Queue is long", "severity": "critical", "dedup_key": "queue", "status": "resolved" })).await;
        told.app.until("its end", || async { service.pushed().len() == 2 }).await;
        let [opened, resolved] = &service.pushed()[..] else { panic!("two messages") };
        assert_eq!(opened.headers["urgency"], "high");
        assert_eq!(opened.headers["content-encoding"], "aes128gcm");
        assert_eq!(opened.headers["topic"], resolved.headers["topic"]);
        let (first, last) = (browser.read(opened), browser.read(resolved));
        assert_eq!(first["title"], "🚨 Queue is long");
        assert!(first["alert_id"].is_i64() && last["alert_id"].is_null(), "{first} {last}");
        assert_eq!(last["title"], "✅ Resolved: Queue is long");
        // Signed by the key that browsers are given.
        let key = told.app.dashboard.get_push_key(&operator()).await.unwrap();
        assert!(opened.headers["authorization"].ends_with(&format!(", k={key}")), "{:?}", opened.headers);
        assert!(told.log().await.iter().all(|row| row.status == NotificationStatus::Sent), "{:?}", told.log().await);
        told.app.stop().await;
    }

    async fn an_ended_subscription_disables_its_channel_and_choosing_again_enables_it(place: Place) {
        let (told, service, browser) = pushed(place).await;
        service.set_mood(Mood::Gone);
        told.alert(told.report("error", "firing")).await;
        let channel = || told.channel(ChannelKind::Push);
        told.app.until("it to end", || async { !channel().await.is_active }).await;
        assert!(channel().await.broken_reason.is_some_and(|why| why.contains("ended its subscription")));
        // Nobody else was told.
        told.app.until("the count", || async { told.app.ops.db.count_undelivered().await.unwrap() == 1 }).await;
        service.set_mood(Mood::Strict);
        subscribe(&told, &browser, Severity::Critical).await;
        told.alert(json!({ "title": "Queue is long", "severity": "critical", "dedup_key": "queue" })).await;
        told.app.until("the message", || async { service.pushed().len() == 1 }).await;
        let after = channel().await;
        assert_eq!((after.name.as_str(), after.min_severity), ("o@example.com: Chrome on Android", Severity::Critical));
        told.app.stop().await;
    }

    async fn a_disabled_user_is_pushed_nothing(place: Place) {
        let (told, service, browser) = pushed(place).await;
        assert_eq!(found(&told, &operator(), &browser).await, Some(Severity::Error));
        let users = told.app.dashboard.list_users(&TestApp::admin()).await.unwrap();
        let id = users.iter().find(|user| user.email == "o@example.com").unwrap().id;
        let update = UserUpdate { is_active: Some(false), ..Default::default() };
        told.app.dashboard.update_user(&TestApp::admin(), id, update).await.unwrap();
        assert_eq!(found(&told, &operator(), &browser).await, None);
        told.alert(told.report("critical", "firing")).await;
        told.all_done().await;
        assert!(service.pushed().is_empty());
        told.app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_its_users_alone() {
    let (told, _service, browser) = pushed(Place::embedded()).await;
    let dashboard = &told.app.dashboard;
    let other = Actor { name: "v@example.com".to_owned(), role: Role::Viewer };
    assert_eq!(found(&told, &other, &browser).await, None);
    assert!(dashboard.remove_push(&other, browser.endpoint.clone()).await.is_err());
    subscribe(&told, &browser, Severity::Warning).await;
    let channels = dashboard.list_channels(&operator()).await.unwrap();
    assert_eq!(channels.iter().filter(|channel| channel.kind == ChannelKind::Push).count(), 1);
    // What an admin edits does not make it nobody's.
    let edit =
        ChannelUpdate { settings: Some([("resolved".to_owned(), "false".to_owned())].into()), ..Default::default() };
    told.set(told.channel(ChannelKind::Push).await.id, edit).await;
    dashboard.remove_push(&operator(), browser.endpoint.clone()).await.unwrap();
    assert_eq!(found(&told, &operator(), &browser).await, None);
    told.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_belongs_to_whoever_subscribed_last() {
    let (told, service, browser) = pushed(Place::embedded()).await;
    user(&told.app, "v@example.com", Role::Viewer).await;
    let other = Actor { name: "v@example.com".to_owned(), role: Role::Viewer };
    let dashboard = &told.app.dashboard;
    dashboard.save_push(&other, browser.subscription(), "Chrome".into(), Severity::Error).await.unwrap();
    assert_eq!(found(&told, &operator(), &browser).await, None);
    told.alert(told.report("critical", "firing")).await;
    told.app.until("the message", || async { service.pushed().len() == 1 }).await;
    // Its push service gives it another address.
    let renewed = Browser { endpoint: format!("{}/push/three", service.url), ..Browser::of(&service, "three") };
    dashboard.renew_push(&other, browser.endpoint.clone(), renewed.subscription()).await.unwrap();
    assert_eq!(found(&told, &other, &renewed).await, Some(Severity::Error));
    assert!(dashboard.renew_push(&other, browser.endpoint.clone(), renewed.subscription()).await.is_err());
    told.all_done().await;
    assert_eq!(service.pushed().len(), 1);
    told.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_turns_push_off() {
    let (told, _service, browser) = pushed(Place::embedded()).await;
    let password = crate::app::people::PASSWORD.to_owned();
    told.app.dashboard.change_own_password(&operator(), password, "a much better one".into()).await.unwrap();
    assert_eq!(found(&told, &operator(), &browser).await, None);
    told.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_push_service_that_may_be_reached_is_taken() {
    let (told, service, _) = pushed(Place::embedded()).await;
    for (endpoint, why) in [
        ("https://10.0.0.1/x", "private"),
        ("https://example.com/x", "no push service"),
        ("ftp://example.com/x", "https"),
        ("x", "URL"),
    ] {
        let browser = Browser { endpoint: endpoint.to_owned(), ..Browser::of(&service, "two") };
        let saved =
            told.app.dashboard.save_push(&operator(), browser.subscription(), "x".into(), Severity::Error).await;
        assert!(saved.is_err(), "{why}");
    }
    told.app.stop().await;
}

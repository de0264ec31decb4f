//! Channels: checked, kept, and their secrets kept to themselves.

use super::*;

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
    let days = |days: i64| json!({ "muted_until": app.ops.now() + days * 86_400_000 });
    assert_eq!(patch(&operator, days(29)).await.status, 200);
    for forever in [days(31), json!({ "muted_until": i64::MAX })] {
        for token in [&operator, &admin] {
            assert_eq!(patch(token, forever.clone()).await.refusal(), (422, "invalid"));
        }
    }
    let mut tx = app.ops.db.begin(opscenter::db::Writer::Person).await.unwrap();
    tx.channel_failed(id, Some("gone"), app.ops.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(patch(&operator, days(1)).await.body["broken_reason"], "gone", "muting mends nothing");
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

on_both! {
    async fn of_two_changes_at_once_both_are_kept(place: Place) {
        let app = TestApp::start(place).await;
        let admin = TestApp::admin();
        let new = NewChannel {
            name: "Mail".into(),
            kind: ChannelKind::Email,
            recipient: "ops@example.com".into(),
            secret: None,
            min_severity: None,
            fallback_id: None,
            settings: Default::default(),
        };
        let id = app.dashboard.create_channel(&admin, new).await.unwrap().id;
        for round in 0..10 {
            let (name, recipient) = (format!("Mail {round}"), format!("ops{round}@example.com"));
            let named = ChannelUpdate { name: Some(name.clone()), ..Default::default() };
            let sent_to = ChannelUpdate { recipient: Some(recipient.clone()), ..Default::default() };
            let (one, other) = tokio::join!(
                app.dashboard.update_channel(&admin, id, named),
                app.dashboard.update_channel(&admin, id, sent_to)
            );
            one.unwrap();
            other.unwrap();
            let channel = app.dashboard.list_channels(&admin).await.unwrap().remove(0);
            assert_eq!((channel.name, channel.recipient), (name, recipient));
        }
        app.stop().await;
    }
}

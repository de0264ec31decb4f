//! Who is told of what, in which form, and what is told again.

use super::*;

on_both! {
    async fn an_alert_is_told_by_every_channel_in_its_own_form(place: Place) {
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
        let marked = slack[0]["blocks"].as_array().unwrap().iter().filter(|block| block["text"]["type"] == "mrkdwn");
        assert!(marked.into_iter().all(|block| !block.to_string().contains("<!channel>")), "{}", slack[0]);
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
        let steps = told.app.steps(id).await;
        assert_eq!(steps.iter().filter(|step| step.kind.as_str() == "notified").count(), 3);
        told.app.stop().await;
    }

    async fn a_repeat_is_told_only_when_it_got_worse_and_the_end_where_it_is_wanted(place: Place) {
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
            told.all_done().await;
        }
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

    async fn a_muted_alert_is_not_told_again_until_it_is_unmuted(place: Place) {
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
        let steps = told.app.steps(1).await;
        let muted: Vec<bool> = steps
            .iter()
            .filter(|step| step.kind.as_str() == "muted")
            .map(|step| step.detail["until"].is_number())
            .collect();
        assert_eq!(muted, [true, false]);
        told.app.stop().await;
    }
}

//! What is done from a message.

use super::*;

on_both! {
    async fn buttons_act_for_our_chat_only(place: Place) {
        let told = told(place).await;
        told.alert(json!({ "title": "Down", "severity": "critical" })).await;
        told.all_done().await;
        let press = |id: i64, chat: i64, data: &str| {
            let mut message = message(1, &json!({ "chat_id": chat, "text": "🚨 Down\nOpen in OpsCenter" }));
            message["entities"] = json!([{ "type": "text_link", "offset": 8, "length": 17, "url": "https://ops.example.com/alerts/1" }]);
            json!({ "update_id": id, "callback_query": { "id": id.to_string(), "from": { "id": 7, "is_bot": false, "first_name": "Mara" },
                "chat_instance": "1", "data": data, "message": message } })
        };
        told.alert(json!({ "title": "Not told", "severity": "info" })).await;
        told.app.settled().await;
        told.telegram.record.lock().unwrap().updates.push_back(press(1, 666, "r:1"));
        told.telegram.record.lock().unwrap().updates.push_back(press(3, 42, "r:2"));
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
        let text = edited["text"].as_str().unwrap();
        assert!(text.ends_with("✓ Acknowledged by Mara"), "{edited}");
        assert!(text.contains(r#"<a href="https://ops.example.com/alerts/1">Open in OpsCenter</a>"#), "the link stays: {edited}");
        let other = told.app.ops.db.find_alert(2).await.unwrap().unwrap();
        assert_eq!(other.state, AlertState::Open, "this chat was not told of it");
        let steps = told.app.steps(1).await;
        assert!(steps.iter().any(|step| step.actor == "telegram:7 Mara"));
        told.app.stop().await;
    }
}

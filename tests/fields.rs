//! Fields of a payload that an admin chose for the parts of an alert.

use app::backend::Sources;
use app::types::{AlertQuery, ChosenFields, Severity};
use serde_json::json;

use crate::app::{Place, TestApp, both};

fn fields(pairs: &[(&str, &str)]) -> ChosenFields {
    pairs.iter().map(|(name, path)| ((*name).to_owned(), (*path).to_owned())).collect()
}

both! {
    async fn chosen_fields_are_tried_and_then_used(app: &TestApp) {
        app.source("custom", "generic", &[("max_body", "100000")]).await;
        let body = |no: i64| json!({ "title": "Weekly", "about": { "what": format!("Disk {no}"), "no": no, "prio": "P1" } });
        app.custom("custom", &body(1)).await.event_id();
        app.settled().await;
        let chosen = [("title_field", "$.about.what"), ("severity_field", "$.about.prio"), ("key_field", "$.about.no")];
        let admin = TestApp::admin();
        let mapping = app.dashboard.get_field_mapping(&admin, "custom", fields(&chosen)).await.unwrap();
        assert!(app.dashboard.get_example_payload(&admin, "custom").await.unwrap().contains("Weekly"));
        assert_eq!(mapping.parts[0].paths, ["$.about.what"]);
        let [tried] = &mapping.tried[..] else { panic!("one event") };
        assert_eq!((tried.now.title.as_str(), tried.now.severity), ("Weekly", Severity::Info));
        assert_eq!((tried.then.title.as_str(), tried.then.severity, tried.then.key.as_str()), ("Disk 1", Severity::Critical, "1"));
        // Nothing is stored by trying.
        assert!(!app.dashboard.get_source_setup(&admin, "custom").await.unwrap().source.settings.contains_key("title_field"));

        app.dashboard.choose_fields(&admin, "custom", fields(&chosen)).await.unwrap();
        let settings = app.dashboard.get_source_setup(&admin, "custom").await.unwrap().source.settings;
        assert_eq!((settings["title_field"].as_str(), settings["max_body"].as_str()), (Some("$.about.what"), Some("100000")));
        app.custom("custom", &body(2)).await.event_id();
        app.settled().await;
        let alerts = app.ops.db.list_alerts(&AlertQuery::default(), None, 10).await.unwrap();
        let newest = alerts.iter().find(|alert| alert.title == "Disk 2").unwrap();
        assert_eq!(newest.severity, Severity::Critical);

        app.dashboard.choose_fields(&admin, "custom", fields(&[("title_field", "")])).await.unwrap();
        let settings = app.dashboard.get_source_setup(&admin, "custom").await.unwrap().source.settings;
        assert!(!settings.contains_key("title_field") && settings.contains_key("key_field"));
    }
}

both! {
    async fn of_an_array_the_first_element_is_shown(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        let empty = app.dashboard.get_field_mapping(&TestApp::admin(), "custom", fields(&[])).await.unwrap();
        assert!(empty.tried.is_empty() && empty.parts.is_empty());
        assert_eq!(app.dashboard.get_example_payload(&TestApp::admin(), "custom").await.unwrap(), "");
        app.custom("custom", &json!([{ "what": "Disk 1" }, { "what": "Disk 2" }])).await.event_id();
        app.settled().await;
        let chosen = fields(&[("title_field", "$.what")]);
        let mapping = app.dashboard.get_field_mapping(&TestApp::admin(), "custom", chosen).await.unwrap();
        let example = app.dashboard.get_example_payload(&TestApp::admin(), "custom").await.unwrap();
        assert_eq!((example.as_str(), mapping.parts[0].text.as_str()), (r#"{"what":"Disk 1"}"#, "Disk 1"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_fields_can_be_chosen_and_only_where_they_are_used() {
    let app = TestApp::start(Place::embedded()).await;
    app.source("custom", "generic", &[]).await;
    app.source("github", "github", &[]).await;
    let wrong = [
        ("custom", "title_field", "title", "settings.title_field"),
        ("custom", "max_body", "1", "fields.max_body"),
        ("github", "title_field", "$.action", "settings.title_field"),
    ];
    for (slug, name, path, field) in wrong {
        let chosen = app.dashboard.choose_fields(&TestApp::admin(), slug, fields(&[(name, path)])).await.unwrap_err();
        assert_eq!(chosen.field(), Some(field), "{chosen}");
        let tried =
            app.dashboard.get_field_mapping(&TestApp::admin(), slug, fields(&[(name, path)])).await.unwrap_err();
        assert_eq!(tried.field(), Some(field), "{tried}");
    }
    app.stop().await;
}

//! Real Alertmanagers, two as a pair: whatever happened on the way, what they hold active is what is open here.

use std::collections::BTreeSet;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use app::types::AlertState;
use serde_json::{Value, json};

use crate::app::{Place, SECRET, TestApp, free_port, on_both};

/// One of a pair; killed when dropped.
struct Alertmanager {
    url: String,
    gossip: u16,
    child: Child,
}

impl Drop for Alertmanager {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _gone_already = self.child.wait();
    }
}

impl Alertmanager {
    /// Sends groups quickly, and gives an alert up after three seconds without news.
    fn start(place: &Place, webhook: &str, peer: Option<&Self>) -> Self {
        let (port, gossip) = (free_port(), free_port());
        let config = format!(
            "global: {{ resolve_timeout: 3s }}\nroute: {{ receiver: ops, group_by: [team], group_wait: 1s, group_interval: 1s, repeat_interval: 5s }}\n\
             receivers:\n- name: ops\n  webhook_configs:\n  - url: {webhook}\n    send_resolved: true\n    http_config: {{ authorization: {{ credentials: \"{SECRET}\" }} }}\n"
        );
        let folder = place.folder.path().join(format!("alertmanager-{port}"));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("config.yml"), config).unwrap();
        let mut command = Command::new("prometheus-alertmanager");
        command
            .arg(format!("--config.file={}", folder.join("config.yml").display()))
            .arg(format!("--storage.path={}", folder.display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .arg(format!("--cluster.listen-address=127.0.0.1:{gossip}"))
            .args(["--cluster.peer-timeout=1s", "--cluster.gossip-interval=100ms", "--cluster.settle-timeout=1s"])
            .args(peer.map(|peer| format!("--cluster.peer=127.0.0.1:{}", peer.gossip)));
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("prometheus-alertmanager");
        Self { url: format!("http://127.0.0.1:{port}"), gossip, child }
    }

    async fn ready(&self, http: &reqwest::Client) {
        let until = Instant::now() + Duration::from_secs(20);
        while !http.get(format!("{}/-/ready", self.url)).send().await.is_ok_and(|answer| answer.status() == 200) {
            assert!(Instant::now() < until, "Alertmanager is not ready");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn post(&self, http: &reqwest::Client, alerts: &Value) {
        let url = format!("{}/api/v2/alerts", self.url);
        let answer = http.post(url).json(alerts).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{alerts}");
    }

    /// Fingerprints of what it holds active.
    async fn active(&self, http: &reqwest::Client) -> BTreeSet<String> {
        let url = format!("{}/api/v2/alerts?active=true", self.url);
        let alerts: Vec<Value> = http.get(url).send().await.unwrap().json().await.unwrap();
        alerts.iter().map(|alert| alert["fingerprint"].as_str().unwrap().to_owned()).collect()
    }
}

fn iso(at: i64) -> String {
    app::types::time::iso(at)
}

/// An alert as Prometheus posts it.
fn alert(name: &str, start: i64, end: Option<i64>) -> Value {
    let mut alert =
        json!({ "labels": { "alertname": name, "team": "shop", "severity": "critical" }, "startsAt": iso(start) });
    if let Some(end) = end {
        alert["endsAt"] = iso(end).into();
    }
    alert
}

async fn open_here(app: &TestApp) -> BTreeSet<String> {
    let alerts = app.ops.db.list_alerts(&Default::default(), None, 200).await.unwrap();
    let open = alerts.into_iter().filter(|alert| alert.state != AlertState::Resolved);
    open.filter_map(|alert| Some(alert.dedup_key?.split_once(':')?.1.to_owned())).collect()
}

/// What Prometheus does each second of the story: who is reported, and who is over.
fn reported(second: i64, start: i64, now: i64) -> Vec<Value> {
    let mut alerts = vec![alert("Always", start, None)];
    // One of two Prometheus servers says that it is over, the other goes on.
    alerts.extend((second % 4 == 2).then(|| alert("Pair", start, Some(now))));
    alerts.push(alert("Pair", start, None));
    // Its source is silent for longer than the resolve timeout, and then reports it with its old start.
    alerts.extend((!(4..12).contains(&second)).then(|| alert("Silent", start, None)));
    alerts.extend((second >= 5).then(|| alert("Grown", start + 5_000, None)));
    alerts.extend((second < 8).then(|| alert("Over", start, None)));
    alerts.extend((second == 8).then(|| alert("Over", start, Some(now))));
    alerts
}

on_both! {
    async fn what_a_pair_of_alertmanagers_holds_active_is_open_here(place: Place) {
        let app = TestApp::start(place).await;
        app.source("am", "alertmanager", &[]).await;
        let webhook = format!("{}/api/webhooks/am", app.url);
        let first = Alertmanager::start(&app.place, &webhook, None);
        first.ready(&app.http).await;
        let second = Alertmanager::start(&app.place, &webhook, Some(&first));
        second.ready(&app.http).await;
        let start = app.ops.now();
        let mut agree = 0;
        for tick in 0..60 {
            let alerts = Value::from(reported(tick, start, app.ops.now()));
            first.post(&app.http, &alerts).await;
            second.post(&app.http, &alerts).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
            // The pair's flapping alert settles, as everything does, once the story is over.
            let is_over = tick > 16;
            let (theirs, ours) = (first.active(&app.http).await, open_here(&app).await);
            agree = if is_over && theirs == ours { agree + 1 } else { 0 };
            if agree == 4 {
                break;
            }
        }
        let (theirs, ours) = (first.active(&app.http).await, open_here(&app).await);
        assert_eq!((theirs.len(), &ours), (4, &theirs), "{:#?}", app.ops.db.list_alerts(&Default::default(), None, 50).await);
        let alerts = app.ops.db.list_alerts(&Default::default(), None, 200).await.unwrap();
        assert_eq!(alerts.len(), 5, "one alert for each, however often it fired again: {alerts:#?}");
        drop((first, second));
        app.stop().await;
    }
}

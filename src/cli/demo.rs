//! `opscenter demo`: a stream of signed sample webhooks through the real endpoint of a running server.

use std::time::Duration;

use anyhow::Context;
use clap::Args;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

use super::open;
use super::post::{Sender, client};
use super::send::sender;
use crate::config::Config;
use crate::provider::fixture;

/// Source, event type, how often among the others.
const SCRIPT: [(&str, &str, u32); 14] = [
    ("github", "push", 8),
    ("github", "workflow_run.completed", 3),
    ("github", "workflow_run.completed.failure", 3),
    ("github", "pull_request.opened", 3),
    ("github", "issues.opened", 2),
    ("github", "release.published", 1),
    ("github", "dependabot_alert.created", 1),
    ("github", "deployment_status.created.failure", 2),
    ("stripe", "checkout.session.completed", 4),
    ("stripe", "invoice.payment_failed", 3),
    ("stripe", "invoice.paid", 1),
    ("stripe", "charge.dispute.created", 1),
    ("custom", "alert", 2),
    ("custom", "deploy", 2),
];

#[derive(Args, Debug)]
pub struct Demo {
    /// How many webhooks to post
    #[arg(long, default_value_t = 600)]
    count: u32,
    /// Average interval between webhooks, in milliseconds
    #[arg(long, default_value_t = 2_000)]
    pause_ms: u64,
    /// How many webhooks to post immediately at the start
    #[arg(long, default_value_t = 40)]
    burst: u32,
    /// Address of the server [default: APP_URL]
    #[arg(long)]
    url: Option<String>,
}

impl Demo {
    /// Posts until the count is reached; an answer other than 200 ends it.
    pub async fn run(self, config: Config) -> anyhow::Result<()> {
        let (dashboard, _) = open(config).await?;
        let base = self.url.clone().unwrap_or_else(|| dashboard.ops.config.app_url());
        let http = client()?;
        let mut senders = Vec::new();
        for slug in ["github", "stripe", "custom"] {
            senders.push(sender(&dashboard, slug).await.context("run `opscenter seed` first")?);
        }
        for number in 0..self.count {
            let (slug, event) = pick()?;
            let sender = senders
                .iter()
                .find(|sender| sender.slug == slug)
                .context("the demo script refers to an unknown source")?;
            post(sender, &http, &base, event).await?;
            if number >= self.burst {
                tokio::time::sleep(Duration::from_millis(rand::random_range(0..=2 * self.pause_ms))).await;
            }
        }
        say!("{} webhooks accepted", self.count);
        Ok(())
    }
}

fn pick() -> anyhow::Result<(&'static str, &'static str)> {
    let choice = SCRIPT.choose_weighted(&mut rand::rng(), |(_, _, weight)| *weight)?;
    Ok((choice.0, choice.1))
}

async fn post(sender: &Sender<'_>, http: &reqwest::Client, base: &str, event: &str) -> anyhow::Result<()> {
    let sample = fixture(&sender.pack.id, event).with_context(|| format!("no sample for {event}"))?;
    let body = sender.fresh(&serde_json::to_vec(&varied(serde_json::from_slice(&sample)?))?);
    let url = format!("{base}/api/webhooks/{}", sender.slug);
    let (status, answer) = sender.post(http, &url, event, body).await?;
    anyhow::ensure!(status == 200, "the server responded {status}: {answer}");
    Ok(())
}

/// The sample with other names and numbers where it has them, so that not every alert reads the same.
fn varied(mut body: Value) -> Value {
    let repository = any(&["acme/checkout", "acme/search", "acme/mobile", "acme/infra"]);
    let branch = any(&["main", "main", "release", "feature/cart"]);
    let person = any(&["mona", "hubot", "octavia", "codertocat"]);
    let workflow = any(&["deploy", "e2e", "nightly-security", "release"]);
    let host = any(&["db-1", "db-2", "cache-3", "worker-7"]);
    for (pointer, value) in [
        ("/repository/full_name", json!(repository)),
        ("/repository/id", json!(repository.len())),
        // Else every run would be one of a fork.
        ("/workflow_run/head_repository/id", json!(repository.len())),
        ("/sender/login", json!(person)),
        ("/pusher/name", json!(person)),
        ("/ref", json!(format!("refs/heads/{branch}"))),
        ("/workflow_run/name", json!(workflow)),
        ("/workflow_run/head_branch", json!(branch)),
        ("/data/object/amount_due", json!(rand::random_range(900..90_000))),
        ("/data/object/id", json!(format!("demo_{}", rand::random_range(0..40)))),
        ("/host", json!(host)),
        ("/dedup_key", json!(format!("demo:{host}"))),
    ] {
        if let Some(place) = body.pointer_mut(pointer) {
            *place = value;
        }
    }
    body
}

fn any<'a>(words: &[&'a str]) -> &'a str {
    words.choose(&mut rand::rng()).copied().unwrap_or_default()
}

//! `opscenter seed`: sources to begin with.

use app::backend::Sources;
use app::types::NewSource;

use super::{open, sentence};
use crate::config::Config;
use crate::crypto::random_token;

/// Slug, provider, name.
const SOURCES: [(&str, &str, &str); 3] =
    [("github", "github", "GitHub"), ("stripe", "stripe", "Stripe"), ("custom", "generic", "Custom")];

/// Adds what is not there yet; a secret is shown when it is made and never again.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let (dashboard, actor) = open(config).await?;
    for (slug, provider, name) in SOURCES {
        if dashboard.ops.db.find_source(slug).await?.is_some() {
            say!("{slug}\tis there already");
            continue;
        }
        let new = NewSource {
            slug: slug.into(),
            provider: provider.into(),
            name: Some(name.into()),
            // The sample requests are signed with it, also those of a provider that would issue its own.
            secret: Some(random_token("oc_")),
            ..NewSource::default()
        };
        let created = dashboard.create_source(&actor, new).await.map_err(sentence)?;
        say!(
            "{slug}\t{}\nsecret\t{}\n{}\n",
            created.url,
            created.secret,
            curl(provider, &created.url, &created.secret)
        );
    }
    Ok(())
}

/// A command that signs and posts a body by hand.
pub fn curl(provider: &str, url: &str, secret: &str) -> String {
    let hmac = format!("openssl dgst -sha256 -hmac '{secret}' -r | cut -d' ' -f1");
    let (body, header) = match provider {
        "github" => (
            r#"{"event": "push", "repository": "test-repo", "pusher": {"name": "john"}, "commits": 5}"#,
            format!("-H 'X-GitHub-Event: push' -H \"X-Hub-Signature-256: sha256=$(printf %s \"$BODY\" | {hmac})\""),
        ),
        "stripe" => (
            r#"{"id": "evt_1", "type": "payout.failed", "livemode": true, "data": {"object": {"id": "po_1", "amount": 8900, "currency": "usd"}}}"#,
            format!("-H \"Stripe-Signature: t=$T,v1=$(printf %s \"$T.$BODY\" | {hmac})\""),
        ),
        _ => (
            r#"{"title": "Nightly backup did not finish", "severity": "error"}"#,
            format!("-H \"X-Signature: $(printf %s \"$BODY\" | {hmac})\""),
        ),
    };
    let time = if provider == "stripe" { "T=$(date +%s); " } else { "" };
    format!("{time}BODY='{body}'; curl -X POST {url} -H 'Content-Type: application/json' {header} -d \"$BODY\"")
}

//! Amazon SNS: where its signing certificates are, and the confirmation of subscriptions by a GET.

use reqwest::Url;

use super::RejectReason;
use super::request::InboundRequest;
use super::verify::sns;
use crate::ops::Ops;
use crate::outgoing::Trust;
use crate::sources::VerificationMethod;

/// The URL of the certificate. Only for the source's own topic, so that an attacker cannot trigger outgoing requests (SSRF).
pub fn certificate_url(method: &VerificationMethod, inbound: &InboundRequest<'_>) -> Result<Url, RejectReason> {
    sns::topic(method, inbound.body, inbound.at)?;
    let url = sns::field(inbound.body, "SigningCertURL").unwrap_or_default();
    let url = amazon(&url).filter(is_certificate);
    url.ok_or_else(|| RejectReason::BadCertificate("its URL is not one of Amazon SNS".to_owned()))
}

/// Confirms the subscription if a verified body asks for it.
pub async fn confirm(ops: &Ops, body: &[u8]) -> Result<(), RejectReason> {
    if sns::field(body, "Type").as_deref() != Some("SubscriptionConfirmation") {
        return Ok(());
    }
    let url = sns::field(body, "SubscribeURL").unwrap_or_default();
    let url = amazon(&url).ok_or_else(|| RejectReason::Unconfirmed("its URL is not one of Amazon SNS".to_owned()))?;
    match ops.outgoing.get(url.as_str(), Trust::Nobody).await {
        Ok(answer) if answer.status == 200 => Ok(()),
        Ok(answer) => Err(RejectReason::Unconfirmed(format!("Amazon responded {}", answer.status))),
        Err(error) => Err(RejectReason::Unconfirmed(error.to_string())),
    }
}

/// A URL of `sns.{region}.amazonaws.com` or `.com.cn` (as in AWS's own validators).
fn amazon(url: &str) -> Option<Url> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?;
    let host = host.strip_suffix(".cn").unwrap_or(host);
    let region = host.strip_prefix("sns.")?.strip_suffix(".amazonaws.com")?;
    let plain = url.port().is_none() && url.username().is_empty() && url.password().is_none();
    (is_region(region) && plain && url.scheme() == "https").then_some(url)
}

/// A region such as `us-gov-west-1`: letters and a number. `sns.s3-us-west-2.amazonaws.com` would be an S3 bucket named
/// "sns", which anyone may own.
fn is_region(text: &str) -> bool {
    let Some((words, number)) = text.rsplit_once('-') else { return false };
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    words.contains('-') && words.split('-').all(is_word) && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the URL has the path of an SNS certificate, without query or fragment.
fn is_certificate(url: &Url) -> bool {
    let name = url.path().strip_prefix("/SimpleNotificationService-").and_then(|name| name.strip_suffix(".pem"));
    let is_name = name.is_some_and(|name| name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()));
    is_name && url.query().is_none() && url.fragment().is_none()
}

#[cfg(test)]
mod tests {
    use super::{amazon, is_certificate};

    #[test]
    fn only_amazon_s_own_hosts_are_asked() {
        for url in ["https://sns.us-east-1.amazonaws.com/x.pem", "https://sns.cn-north-1.amazonaws.com.cn/x.pem"] {
            assert!(amazon(url).is_some(), "{url}");
        }
        let others = [
            "http://sns.us-east-1.amazonaws.com/x.pem",
            "https://sns.us-east-1.amazonaws.com.evil.example/x.pem",
            "https://evil.example/sns.us-east-1.amazonaws.com/x.pem",
            "https://sns.us-east-1.amazonaws.com@evil.example/x.pem",
            "https://sns.us-east-1.amazonaws.com:8443/x.pem",
            "https://sns.a.b.amazonaws.com/x.pem",
            "https://sns..amazonaws.com/x.pem",
            "https://sns.s3.amazonaws.com/x.pem",
            "https://sns.s3-us-west-2.amazonaws.com/x.pem",
            "https://sns.us-east.amazonaws.com/x.pem",
            "",
        ];
        for url in others {
            assert!(amazon(url).is_none(), "{url}");
        }
    }

    #[test]
    fn only_a_certificate_of_sns_is_fetched() {
        let fits =
            |path: &str| is_certificate(&amazon(&format!("https://sns.us-east-1.amazonaws.com/{path}")).unwrap());
        let name = "SimpleNotificationService-9c6465fa7f48f5cacd23014631ec1136";
        assert!(fits(&format!("{name}.pem")));
        for path in [
            format!("{name}.pem?x=1"),
            format!("{name}.pem#x"),
            format!("a/{name}.pem"),
            format!("{name}0.pem"),
            format!("{name}.crt"),
        ] {
            assert!(!fits(&path), "{path}");
        }
        assert!(!fits("x.pem") && !fits("SimpleNotificationService-..%2fx.pem"));
    }
}

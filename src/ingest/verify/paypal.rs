//! PayPal: id and time of the transmission, webhook id and the body's CRC-32, signed with the key of a certificate named in a
//! header.
//!
//! Source: PayPal, "Integrate webhooks", "Self verification method". The webhook id is the secret, since any PayPal merchant can
//! obtain validly signed messages.

use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

use super::compare::in_force;
use super::{RejectReason, Request, age};
use crate::ingest::headers::single;
use crate::provider::TimestampUnit;
use crate::sources::VerificationMethod;

/// In seconds. PayPal sends a message again for three days; its id makes repeats harmless.
const TOLERANCE: i64 = 3 * 24 * 3_600;

/// Signatures of RSA keys of at least 2,048 bits have this many bytes.
const SHORTEST: usize = 256;

/// The signature, after all checks that need no certificate: form, algorithm and age.
pub fn signature(headers: &HeaderMap, now: i64) -> Result<Vec<u8>, RejectReason> {
    let signature = STANDARD.decode(header(headers, "paypal-transmission-sig")?);
    let signature = signature.map_err(|_| RejectReason::Malformed("base64"))?;
    if signature.len() < SHORTEST {
        return Err(RejectReason::Malformed("RSA"));
    }
    if header(headers, "paypal-auth-algo")? != "SHA256withRSA" {
        return Err(RejectReason::Malformed("SHA256withRSA"));
    }
    age::within(TOLERANCE, TimestampUnit::Iso, header(headers, "paypal-transmission-time")?, now)?;
    Ok(signature)
}

/// Checks signature and age.
pub fn check(method: &VerificationMethod, request: &Request<'_>) -> Result<(), RejectReason> {
    let signature = signature(request.headers, request.now)?;
    let key =
        request.public_key.ok_or_else(|| RejectReason::NoCertificate("it has not been fetched yet".to_owned()))?;
    let (id, time) =
        (header(request.headers, "paypal-transmission-id")?, header(request.headers, "paypal-transmission-time")?);
    let (key, hash) = (UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key), crc32fast::hash(request.body));
    in_force(&method.keys, request.now, RejectReason::Mismatch, |webhook| {
        let webhook = String::from_utf8_lossy(&webhook.bytes);
        key.verify(format!("{id}|{time}|{webhook}|{hash}").as_bytes(), &signature).is_ok()
    })
}

/// The URL of the certificate, which must be one of PayPal's.
pub fn certificate_url(headers: &HeaderMap) -> Result<Url, RejectReason> {
    let url = Url::parse(header(headers, "paypal-cert-url")?).ok().filter(is_paypal);
    url.ok_or_else(|| RejectReason::BadCertificate("its URL is not one of PayPal".to_owned()))
}

fn is_paypal(url: &Url) -> bool {
    let is_host = matches!(url.host_str(), Some("api.paypal.com" | "api.sandbox.paypal.com"));
    let is_plain = url.port().is_none() && url.username().is_empty() && url.password().is_none();
    let name = url.path().strip_prefix("/v1/notifications/certs/").unwrap_or_default();
    let is_name = (1..=80).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let is_certificate = is_name && url.query().is_none() && url.fragment().is_none();
    url.scheme() == "https" && is_host && is_plain && is_certificate
}

fn header<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<&'h str, RejectReason> {
    let missing = || RejectReason::HeaderMissing { expected: format!("header {name}"), found: Vec::new() };
    single(headers, name)?.ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paypal_s_own_certificates_are_fetched() {
        let is_one = |url: &str| is_paypal(&Url::parse(url).unwrap());
        assert!(is_one("https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-a5cafa77"));
        assert!(is_one("https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42"));
        for other in [
            "http://api.paypal.com/v1/notifications/certs/CERT-1",
            "https://api.paypal.com.example/v1/notifications/certs/CERT-1",
            "https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1",
            "https://api.paypal.com:8443/v1/notifications/certs/CERT-1",
            "https://api.paypal.com/v1/notifications/certs/../../x",
            "https://api.paypal.com/v1/notifications/certs/CERT-1?x",
            "https://api.paypal.com/v1/notifications/certs/CERT-1#x",
            "https://api.paypal.com/v1/notifications/certs/CERT-1/x",
            "https://www.paypal.com/v1/notifications/certs/CERT-1",
        ] {
            assert!(!is_one(other), "{other}");
        }
    }
}

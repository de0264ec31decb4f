//! Amazon SNS: a canonical text of some fields, signed with the key of a certificate named in the body.
//!
//! Source: AWS, "Verifying the signatures of Amazon SNS messages". The topic is compared with the secret, since any AWS
//! customer can obtain validly signed messages.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, RsaParameters, UnparsedPublicKey,
};
use subtle::ConstantTimeEq;

use super::compare::in_force;
use super::{RejectReason, Request, age};
use crate::provider::{TimestampUnit, clean_line, scan};
use crate::sources::VerificationMethod;

/// In seconds. A message keeps its timestamp while SNS retries, for at most one hour.
const TOLERANCE: i64 = 2 * 3_600;

const NOTIFICATION: [&str; 6] = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
const CONFIRMATION: [&str; 7] = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

/// Checks topic, signature and age.
pub fn check(method: &VerificationMethod, signature: &str, request: &Request<'_>) -> Result<(), RejectReason> {
    topic(method, request.body, request.now)?;
    super::one_document(request.body)?;
    let signature = STANDARD.decode(signature).map_err(|_| RejectReason::Malformed("base64"))?;
    let key =
        request.public_key.ok_or_else(|| RejectReason::NoCertificate("it has not been fetched yet".to_owned()))?;
    let key = UnparsedPublicKey::new(algorithm(request.body)?, key);
    key.verify(canonical(request.body).as_bytes(), &signature).map_err(|_| RejectReason::Mismatch)?;
    let ts = field(request.body, "Timestamp").ok_or(RejectReason::NoTimestamp)?;
    age::within(TOLERANCE, TimestampUnit::Iso, &ts, request.now)
}

/// Requires the message to belong to the topic configured for the source.
pub fn topic(method: &VerificationMethod, body: &[u8], now: i64) -> Result<(), RejectReason> {
    let topic = field(body, "TopicArn").unwrap_or_default();
    let other = RejectReason::OtherTopic(clean_line(&topic, 200));
    in_force(&method.keys, now, other, |key| bool::from(key.bytes.ct_eq(topic.as_bytes())))
}

/// A text field of the body.
pub fn field(body: &[u8], name: &str) -> Option<String> {
    scan(body, &[&format!("/{name}")]).remove(0)
}

fn algorithm(body: &[u8]) -> Result<&'static RsaParameters, RejectReason> {
    match field(body, "SignatureVersion").as_deref() {
        Some("1") => Ok(&RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY),
        Some("2") => Ok(&RSA_PKCS1_2048_8192_SHA256),
        _ => Err(RejectReason::Malformed("SignatureVersion 1 or 2")),
    }
}

/// Every field that is present, name and value on separate lines.
fn canonical(body: &[u8]) -> String {
    let is_notification = field(body, "Type").as_deref() == Some("Notification");
    let names = if is_notification { &NOTIFICATION[..] } else { &CONFIRMATION[..] };
    let pointers: Vec<String> = names.iter().map(|name| format!("/{name}")).collect();
    let values = scan(body, &pointers.iter().map(String::as_str).collect::<Vec<_>>());
    let line = |(name, value): (&&str, Option<String>)| value.map(|value| format!("{name}\n{value}\n"));
    names.iter().zip(values).filter_map(line).collect()
}

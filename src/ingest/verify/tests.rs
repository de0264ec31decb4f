//! Vectors of others, and what must be refused.

use super::*;
use crate::provider::{Algorithm, Catalog, Encoding, Pack, Recipe, Settings, ToSign, sign, vectors};
use crate::sources::Key;
use axum::http::{HeaderName, HeaderValue};
use std::sync::Arc;

const NOW: i64 = 1_700_000_000_000;

fn pack(id: &str) -> Arc<Pack> {
    Catalog::load(None).0.find(id).unwrap().clone()
}

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let pair =
        |(name, value): &(&str, &str)| (HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap());
    pairs.iter().map(pair).collect()
}

fn method(recipe: &Recipe, keys: Vec<Key>) -> Vec<VerificationMethod> {
    vec![VerificationMethod { recipe: recipe.clone(), keys }]
}

fn key(secret: &str) -> Vec<Key> {
    vec![Key { bytes: secret.as_bytes().to_vec(), until: None }]
}

fn request<'a>(headers: &'a HeaderMap, body: &'a [u8], now: i64) -> Request<'a> {
    Request { headers, content_type: "application/json", body, public_key: None, url: "", now }
}

fn signed(recipe: &Recipe, secret: &str, body: &[u8]) -> HeaderMap {
    let to_sign = ToSign { id: "", now: 0, url: "", content_type: "", body };
    let signed = sign(recipe, secret, &to_sign).unwrap().headers;
    headers(&[(&signed[0].0, &signed[0].1)])
}

#[test]
fn what_others_signed_holds_and_what_they_would_refuse_does_not() {
    let catalog = Catalog::load(None).0;
    for (pack, vector) in vectors::all() {
        let label = format!("{pack}, {}: {:?}", vector.from, vector.headers);
        let pack = catalog.find(&pack).unwrap();
        let settings = Settings::read(pack, vector.settings.clone()).unwrap();
        let methods = crate::sources::methods(&settings.recipes(pack).unwrap(), &vector.secret).expect(&label);
        let pairs: Vec<_> = vector.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let (headers, body) = (headers(&pairs), vector.body());
        let key = vector.certificate.as_deref().map(|pem| crate::outgoing::read_key(pem.trim().as_bytes()).unwrap());
        let request = Request {
            public_key: key.as_deref(),
            content_type: &vector.content_type,
            url: &vector.url,
            ..request(&headers, &body, vector.at * 1000)
        };
        let verdict = verify(&methods, &request);
        assert_eq!(verdict.is_ok(), vector.holds, "{label}: {verdict:?}");
    }
}

fn github(header: &str, value: &str) -> Result<Verified, RejectReason> {
    let methods = method(&pack("github").verify[0], key("It's a Secret to Everybody"));
    verify(&methods, &request(&headers(&[(header, value)]), b"Hello, World!", NOW))
}

/// The vector of GitHub's documentation.
const GITHUB: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

#[test]
fn github_s_published_vector_holds() {
    assert!(github("X-Hub-Signature-256", GITHUB).is_ok());
}

#[test]
fn github_s_old_sha1_is_no_longer_enough() {
    let sha1 = "sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59";
    let reason = github("X-Hub-Signature", sha1).unwrap_err();
    assert_eq!(reason.to_string(), "header X-Hub-Signature-256 is missing; found x-hub-signature");
    assert!(matches!(github("X-Hub-Signature-256", sha1), Err(RejectReason::Malformed(_))));
}

#[test]
fn whatever_is_not_the_signature_is_refused() {
    assert_eq!(github("X-Hub-Signature-256", &GITHUB.replace("757", "758")), Err(RejectReason::Mismatch));
    assert!(matches!(github("X-Hub-Signature-256", "sha256="), Err(RejectReason::Malformed(_))));
    assert!(matches!(github("X-Hub-Signature-256", &GITHUB[7..]), Err(RejectReason::Malformed(_))));
    assert_eq!(github("X-Hub-Signature-256", &GITHUB[..GITHUB.len() - 2]), Err(RejectReason::Mismatch));
    assert!(matches!(github("X-Other", GITHUB), Err(RejectReason::HeaderMissing { .. })));
}

const STRIPE_BODY: &[u8] = b"{\n  \"id\": \"evt_test_webhook\",\n  \"object\": \"event\"\n}";

/// Made by stripe-node 23.1.0 with the secret `whsec_test_secret` at 1700000000.
const STRIPE: &str = "v1=4f1cd7feda9826e746b7d482c4badebb657398df1099e1046364f6196a230150";

fn stripe(value: &str, now: i64) -> Result<Verified, RejectReason> {
    let headers = headers(&[("Stripe-Signature", value)]);
    verify(&method(&pack("stripe").verify[0], key("whsec_test_secret")), &request(&headers, STRIPE_BODY, now))
}

#[test]
fn stripe_s_signature_holds_among_several() {
    assert!(stripe(&format!("t=1700000000,{STRIPE}"), NOW).is_ok());
    let other = "v1=bebb1a643997f419b315ddba19e6f5411e1ce7f810ba6d3617ce72823092f363";
    assert!(stripe(&format!("t=1700000000,{other},{STRIPE},v0=00"), NOW).is_ok());
    assert_eq!(stripe(&format!("t=1700000000,{other}"), NOW), Err(RejectReason::Mismatch));
}

#[test]
fn stripe_s_other_schemes_do_not_count() {
    assert!(matches!(
        stripe(&format!("t=1700000000,{}", STRIPE.replace("v1", "v0")), NOW),
        Err(RejectReason::Malformed(_))
    ));
    assert_eq!(stripe(STRIPE, NOW), Err(RejectReason::NoTimestamp));
}

#[test]
fn a_timestamp_may_be_five_minutes_off_to_both_sides() {
    let header = format!("t=1700000000,{STRIPE}");
    assert!(stripe(&header, NOW + 300_000).is_ok());
    assert_eq!(stripe(&header, NOW + 412_000), Err(RejectReason::Stale(412)));
    assert!(stripe(&header, NOW - 300_000).is_ok());
    assert_eq!(stripe(&header, NOW - 301_000), Err(RejectReason::Early(301)));
    assert_eq!(stripe(&header.replace("1700000000", "9223372036854775807"), NOW), Err(RejectReason::Mismatch));
}

#[test]
fn the_previous_secret_holds_until_its_end() {
    let recipe = &pack("github").verify[0];
    let keys =
        |until| vec![Key { bytes: b"new".to_vec(), until: None }, Key { bytes: b"old".to_vec(), until: Some(until) }];
    let headers = signed(recipe, "old", b"x");
    assert!(verify(&method(recipe, keys(NOW + 1)), &request(&headers, b"x", NOW)).is_ok());
    assert_eq!(verify(&method(recipe, keys(NOW)), &request(&headers, b"x", NOW)), Err(RejectReason::PreviousExpired));
}

#[test]
fn every_algorithm_and_encoding_of_the_generic_source_holds() {
    for algorithm in [Algorithm::Sha256, Algorithm::Sha512, Algorithm::Sha1, Algorithm::Md5] {
        for encoding in [Encoding::Hex, Encoding::Base64] {
            let recipe = Recipe { algorithm, encoding, ..pack("generic").verify[0].clone() };
            let (headers, methods) = (signed(&recipe, "secret", b"body"), method(&recipe, key("secret")));
            assert!(verify(&methods, &request(&headers, b"body", NOW)).is_ok());
            assert_eq!(verify(&methods, &request(&headers, b"bodY", NOW)), Err(RejectReason::Mismatch));
        }
    }
}

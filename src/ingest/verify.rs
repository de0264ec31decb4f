//! The signature engine: a pack's recipe over the raw bytes, in constant time.

use axum::http::HeaderMap;
use subtle::ConstantTimeEq;

use super::Refusal;
use super::headers::single;
use crate::provider::{Encoding, Recipe, decode_signature, mac, signed_content};
use crate::sources::Key;

/// A signature that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The header as sent.
    pub signature: String,
}

/// Checks a delivery against the secrets in force at `now` (Unix milliseconds).
///
/// Every candidate is compared with every secret, whichever fits first, so that time tells nothing.
pub fn verify(recipe: &Recipe, keys: &[Key], headers: &HeaderMap, body: &[u8], now: i64) -> Result<Verified, Refusal> {
    let (name, value) = signature_header(recipe, headers)?;
    let elements = elements(recipe, value);
    let candidates = candidates(recipe, &elements)?;
    let ts = timestamp(recipe, headers, &elements)?;
    let id = recipe.id_header.as_deref().map_or(Ok(None), |header| single(headers, header))?.unwrap_or_default();
    let parts = recipe.parts().map_err(|_| Refusal::Malformed("the recipe"))?;
    let content = signed_content(&parts, ts.unwrap_or_default(), id, body);
    let (mut current, mut expired) = (false, false);
    for key in keys {
        let expected = mac(recipe.algorithm, &key.bytes, &content);
        let matches = candidates.iter().fold(false, |any, candidate| any | bool::from(expected.ct_eq(candidate)));
        match key.until {
            Some(until) if until <= now => expired |= matches,
            _ => current |= matches,
        }
    }
    if !current {
        return Err(if expired { Refusal::PreviousExpired } else { Refusal::Mismatch });
    }
    if let Some(ts) = ts {
        check_age(ts, recipe.tolerance, now)?;
    }
    tracing::trace!(header = name, "verified");
    Ok(Verified { signature: value.to_owned() })
}

fn signature_header<'r>(recipe: &'r Recipe, headers: &'r HeaderMap) -> Result<(&'r str, &'r str), Refusal> {
    for name in &recipe.headers {
        if let Some(value) = single(headers, name)? {
            return Ok((name, value));
        }
    }
    Err(Refusal::HeaderMissing(recipe.headers.join(" or ")))
}

fn elements<'v>(recipe: &Recipe, value: &'v str) -> Vec<&'v str> {
    match recipe.separator.as_deref() {
        Some(separator) => value.split(separator).map(str::trim).collect(),
        None => vec![value.trim()],
    }
}

/// The bytes of every signature of the right scheme; others, such as Stripe's `v0`, are not looked at.
fn candidates(recipe: &Recipe, elements: &[&str]) -> Result<Vec<Vec<u8>>, Refusal> {
    let of_key = |element: &&str| match &recipe.signature_key {
        Some(key) => keyed(element, key).map(str::to_owned),
        None => Some((*element).to_owned()),
    };
    let decode = |text: String| decode_signature(recipe.encoding, text.strip_prefix(recipe.prefix.as_str())?);
    let candidates: Vec<_> =
        elements.iter().filter_map(of_key).filter_map(decode).filter(|bytes| !bytes.is_empty()).collect();
    if candidates.is_empty() {
        return Err(Refusal::Malformed(match recipe.encoding {
            Encoding::Hex => "hex",
            Encoding::Base64 => "base64",
        }));
    }
    Ok(candidates)
}

fn keyed<'e>(element: &'e str, key: &str) -> Option<&'e str> {
    element.split_once('=').filter(|(name, _)| *name == key).map(|(_, value)| value)
}

/// The timestamp as written, since that is what was signed.
fn timestamp<'h>(recipe: &Recipe, headers: &'h HeaderMap, elements: &[&'h str]) -> Result<Option<&'h str>, Refusal> {
    if let Some(key) = &recipe.timestamp_key {
        let found = elements.iter().find_map(|element| keyed(element, key));
        return found.map(Some).ok_or(Refusal::NoTimestamp);
    }
    let Some(header) = &recipe.timestamp_header else { return Ok(None) };
    single(headers, header)?.map(|ts| Some(ts.trim())).ok_or(Refusal::NoTimestamp)
}

fn check_age(ts: &str, tolerance: i64, now: i64) -> Result<(), Refusal> {
    let at: i64 = ts.parse().map_err(|_| Refusal::NoTimestamp)?;
    let age = (now / 1000).saturating_sub(at);
    match age {
        age if age > tolerance => Err(Refusal::Stale(age)),
        age if age < -tolerance => Err(Refusal::Early(age.saturating_neg())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::{Algorithm, Catalog, Pack, sign};
    use axum::http::{HeaderName, HeaderValue};
    use std::sync::Arc;

    const NOW: i64 = 1_700_000_000_000;

    fn pack(id: &str) -> Arc<Pack> {
        Catalog::load(None).0.find(id).unwrap().clone()
    }

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&str, &str)| {
            (HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap())
        };
        pairs.iter().map(pair).collect()
    }

    fn key(secret: &str) -> Vec<Key> {
        vec![Key { bytes: secret.as_bytes().to_vec(), until: None }]
    }

    fn github(header: &str, value: &str) -> Result<Verified, Refusal> {
        verify(
            &pack("github").verify,
            &key("It's a Secret to Everybody"),
            &headers(&[(header, value)]),
            b"Hello, World!",
            NOW,
        )
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
        assert_eq!(github("X-Hub-Signature", sha1), Err(Refusal::HeaderMissing("X-Hub-Signature-256".into())));
        assert!(matches!(github("X-Hub-Signature-256", sha1), Err(Refusal::Malformed(_))));
    }

    #[test]
    fn whatever_is_not_the_signature_is_refused() {
        assert_eq!(github("X-Hub-Signature-256", &GITHUB.replace("757", "758")), Err(Refusal::Mismatch));
        assert!(matches!(github("X-Hub-Signature-256", "sha256="), Err(Refusal::Malformed(_))));
        assert!(matches!(github("X-Hub-Signature-256", &GITHUB[7..]), Err(Refusal::Malformed(_))));
        assert_eq!(github("X-Hub-Signature-256", &GITHUB[..GITHUB.len() - 2]), Err(Refusal::Mismatch));
        assert!(matches!(github("X-Other", GITHUB), Err(Refusal::HeaderMissing(_))));
    }

    const STRIPE_BODY: &[u8] = b"{\n  \"id\": \"evt_test_webhook\",\n  \"object\": \"event\"\n}";

    /// Made by stripe-node 23.1.0 with the secret `whsec_test_secret` at 1700000000.
    const STRIPE: &str = "v1=4f1cd7feda9826e746b7d482c4badebb657398df1099e1046364f6196a230150";

    fn stripe(value: &str, now: i64) -> Result<Verified, Refusal> {
        let headers = headers(&[("Stripe-Signature", value)]);
        verify(&pack("stripe").verify, &key("whsec_test_secret"), &headers, STRIPE_BODY, now)
    }

    #[test]
    fn stripe_s_signature_holds_among_several() {
        assert!(stripe(&format!("t=1700000000,{STRIPE}"), NOW).is_ok());
        let other = "v1=bebb1a643997f419b315ddba19e6f5411e1ce7f810ba6d3617ce72823092f363";
        assert!(stripe(&format!("t=1700000000,{other},{STRIPE},v0=00"), NOW).is_ok());
        assert_eq!(stripe(&format!("t=1700000000,{other}"), NOW), Err(Refusal::Mismatch));
    }

    #[test]
    fn stripe_s_other_schemes_do_not_count() {
        assert!(matches!(
            stripe(&format!("t=1700000000,{}", STRIPE.replace("v1", "v0")), NOW),
            Err(Refusal::Malformed(_))
        ));
        assert_eq!(stripe(STRIPE, NOW), Err(Refusal::NoTimestamp));
    }

    #[test]
    fn a_timestamp_may_be_five_minutes_off_to_both_sides() {
        let header = format!("t=1700000000,{STRIPE}");
        assert!(stripe(&header, NOW + 300_000).is_ok());
        assert_eq!(stripe(&header, NOW + 412_000), Err(Refusal::Stale(412)));
        assert!(stripe(&header, NOW - 300_000).is_ok());
        assert_eq!(stripe(&header, NOW - 301_000), Err(Refusal::Early(301)));
        assert_eq!(stripe(&header.replace("1700000000", "9223372036854775807"), NOW), Err(Refusal::Mismatch));
    }

    #[test]
    fn the_previous_secret_holds_until_its_end() {
        let recipe = &pack("github").verify;
        let keys = |until| {
            vec![Key { bytes: b"new".to_vec(), until: None }, Key { bytes: b"old".to_vec(), until: Some(until) }]
        };
        let signed = sign(recipe, "old", "", 0, b"x").unwrap().headers;
        let headers = headers(&[(&signed[0].0, &signed[0].1)]);
        assert!(verify(recipe, &keys(NOW + 1), &headers, b"x", NOW).is_ok());
        assert_eq!(verify(recipe, &keys(NOW), &headers, b"x", NOW), Err(Refusal::PreviousExpired));
    }

    #[test]
    fn every_algorithm_and_encoding_of_the_generic_source_holds() {
        for algorithm in [Algorithm::Sha256, Algorithm::Sha512, Algorithm::Sha1, Algorithm::Md5] {
            for encoding in [Encoding::Hex, Encoding::Base64] {
                let recipe = Recipe { algorithm, encoding, ..pack("generic").verify.clone() };
                let signed = sign(&recipe, "secret", "", 0, b"body").unwrap().headers;
                let headers = headers(&[(&signed[0].0, &signed[0].1)]);
                assert!(verify(&recipe, &key("secret"), &headers, b"body", NOW).is_ok());
                assert_eq!(verify(&recipe, &key("secret"), &headers, b"bodY", NOW), Err(Refusal::Mismatch));
            }
        }
    }
}

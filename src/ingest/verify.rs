//! The signature engine: a pack's ways to prove a delivery, over the raw bytes, in constant time.

use axum::http::HeaderMap;
use ring::signature::{ED25519, UnparsedPublicKey};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::Refusal;
use super::headers::{single, text};
use super::token;
use crate::provider::{Auth, Content, Encoding, Recipe, Scheme, decode_signature, mac, parse_stamp, scan};
use crate::sources::{Key, Way};

/// A signature that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// As sent; `(token)` where it is the secret itself.
    pub signature: String,
    /// Such as `hmac-sha256`.
    pub scheme: &'static str,
}

/// What is to be verified.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub headers: &'a HeaderMap,
    pub content_type: &'a str,
    pub body: &'a [u8],
    /// The source's public URL with the query of the request.
    pub url: &'a str,
    /// Unix milliseconds.
    pub now: i64,
}

/// Checks a delivery by the first way whose signature it brings.
pub fn verify(ways: &[Way], request: &Request<'_>) -> Result<Verified, Refusal> {
    for way in ways {
        if let Some(value) = find(&way.recipe, request)? {
            return check(way, &value, request);
        }
    }
    Err(Refusal::HeaderMissing {
        expected: expected(ways),
        found: super::headers::looking_like_signatures(request.headers),
    })
}

fn check(way: &Way, value: &str, request: &Request<'_>) -> Result<Verified, Refusal> {
    let scheme = way.recipe.scheme_word();
    if way.recipe.scheme == Scheme::Token {
        token::check(&way.recipe, &way.keys, value, request.now)?;
        return Ok(Verified { signature: "(token)".to_owned(), scheme });
    }
    check_body_hash(&way.recipe, request)?;
    let elements = elements(&way.recipe, value);
    let candidates = candidates(&way.recipe, &elements)?;
    let ts = timestamp(&way.recipe, request, &elements)?;
    compare(way, &candidates, ts.as_deref(), request)?;
    if let Some(ts) = ts {
        check_age(&way.recipe, &ts, request.now)?;
    }
    Ok(Verified { signature: value.to_owned(), scheme })
}

/// The signature as sent, by whichever of its names is there.
fn find(recipe: &Recipe, request: &Request<'_>) -> Result<Option<String>, Refusal> {
    if let Some(pointer) = &recipe.signature_pointer {
        return Ok(scan(request.body, &[pointer]).remove(0));
    }
    let named = match recipe.scheme {
        Scheme::Token if recipe.auth() != Auth::Header => &["Authorization".to_owned()][..],
        _ => &recipe.headers,
    };
    for name in named {
        if let Some(value) = single(request.headers, name)? {
            return Ok(Some(value.to_owned()));
        }
    }
    Ok(None)
}

fn expected(ways: &[Way]) -> String {
    let names = ways.iter().flat_map(|way| match (way.recipe.scheme, way.recipe.auth()) {
        (Scheme::Token, Auth::Bearer | Auth::Basic) => vec!["Authorization".to_owned()],
        _ => way.recipe.headers.clone(),
    });
    names.collect::<Vec<_>>().join(" or ")
}

/// Every candidate is compared with every secret, whichever fits first, so that time tells nothing.
fn compare(way: &Way, candidates: &[Vec<u8>], ts: Option<&str>, request: &Request<'_>) -> Result<(), Refusal> {
    let id = way.recipe.id_header.as_deref().map_or(Ok(None), |name| single(request.headers, name))?;
    let parts = way.recipe.parts().map_err(|_| Refusal::Malformed("the recipe"))?;
    let Request { content_type, body, now, .. } = *request;
    let urls = urls(&way.recipe, request.url);
    let contents = urls.iter().map(|url| {
        Content { ts: ts.unwrap_or_default(), id: id.unwrap_or_default(), url, content_type, body }.of(&parts)
    });
    let contents: Vec<_> = contents.collect();
    in_force(&way.keys, now, Refusal::Mismatch, |key| {
        contents.iter().fold(false, |any, content| {
            let content: Vec<&[u8]> = content.iter().map(AsRef::as_ref).collect();
            any | fits(&way.recipe, key, &content, candidates)
        })
    })
}

/// Whether a key that is in force matches; one that has expired is named, anything else is `otherwise`.
pub fn in_force(keys: &[Key], now: i64, otherwise: Refusal, matches: impl Fn(&Key) -> bool) -> Result<(), Refusal> {
    let (mut current, mut expired) = (false, false);
    for key in keys {
        match key.until {
            Some(until) if until <= now => expired |= matches(key),
            _ => current |= matches(key),
        }
    }
    match (current, expired) {
        (true, _) => Ok(()),
        (false, true) => Err(Refusal::PreviousExpired),
        (false, false) => Err(otherwise),
    }
}

fn fits(recipe: &Recipe, key: &Key, content: &[&[u8]], candidates: &[Vec<u8>]) -> bool {
    if recipe.scheme == Scheme::Ed25519 {
        let (key, message) = (UnparsedPublicKey::new(&ED25519, &key.bytes), content.concat());
        return candidates.iter().fold(false, |any, candidate| any | key.verify(&message, candidate).is_ok());
    }
    let expected = mac(recipe.algorithm, &key.bytes, content);
    candidates.iter().fold(false, |any, candidate| any | bool::from(expected.ct_eq(candidate)))
}

/// The URL as it may have been signed: Twilio signs some with the default port and some without.
fn urls(recipe: &Recipe, url: &str) -> Vec<String> {
    let mut urls = vec![url.to_owned()];
    if recipe.template.contains("{url}")
        && let Some((scheme, rest)) = url.split_once("://")
    {
        let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let port = if scheme == "https" { ":443" } else { ":80" };
        urls.push(match host.strip_suffix(port) {
            Some(bare) => format!("{scheme}://{bare}{path}"),
            None => format!("{scheme}://{host}{port}{path}"),
        });
    }
    urls
}

/// Where the URL's query holds the body's hash, the two must agree; a form is signed by its fields instead.
fn check_body_hash(recipe: &Recipe, request: &Request<'_>) -> Result<(), Refusal> {
    let Some(name) = &recipe.body_hash else { return Ok(()) };
    if request.content_type.starts_with("application/x-www-form-urlencoded") {
        return Ok(());
    }
    let query = request.url.split_once('?').map_or("", |(_, query)| query);
    let hash = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, hash)| hash);
    let actual = hex::encode(Sha256::digest(request.body));
    let agrees = hash.is_some_and(|hash| bool::from(hash.to_ascii_lowercase().as_bytes().ct_eq(actual.as_bytes())));
    if agrees { Ok(()) } else { Err(Refusal::Mismatch) }
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
fn timestamp(recipe: &Recipe, request: &Request<'_>, elements: &[&str]) -> Result<Option<String>, Refusal> {
    if !recipe.has_timestamp() {
        return Ok(None);
    }
    let found = match (&recipe.timestamp_key, &recipe.timestamp_header, &recipe.timestamp_pointer) {
        (Some(key), ..) => elements.iter().find_map(|element| keyed(element, key)).map(str::to_owned),
        (_, Some(header), _) => single(request.headers, header)?.map(|ts| ts.trim().to_owned()),
        (.., Some(pointer)) => scan(request.body, &[pointer]).remove(0),
        _ => None,
    };
    found.map(Some).ok_or(Refusal::NoTimestamp)
}

fn check_age(recipe: &Recipe, ts: &str, now: i64) -> Result<(), Refusal> {
    let at = parse_stamp(recipe.timestamp_unit, ts).ok_or(Refusal::NoTimestamp)?;
    let age = (now / 1000).saturating_sub(at);
    match age {
        age if age > recipe.tolerance => Err(Refusal::Stale(age)),
        age if age < -recipe.tolerance => Err(Refusal::Early(age.saturating_neg())),
        _ => Ok(()),
    }
}

/// The URL a provider was given, with what it put behind it.
pub fn signed_url(public_url: &str, query: Option<&str>) -> String {
    match query.filter(|query| !query.is_empty()) {
        Some(query) if public_url.contains('?') => format!("{public_url}&{query}"),
        Some(query) => format!("{public_url}?{query}"),
        None => public_url.to_owned(),
    }
}

/// The content type of a request as text.
pub fn content_type(headers: &HeaderMap) -> &str {
    text(headers, "content-type").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::{Algorithm, Catalog, Pack, Settings, ToSign, sign, vectors};
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

    fn way(recipe: &Recipe, keys: Vec<Key>) -> Vec<Way> {
        vec![Way { recipe: recipe.clone(), keys }]
    }

    fn key(secret: &str) -> Vec<Key> {
        vec![Key { bytes: secret.as_bytes().to_vec(), until: None }]
    }

    fn request<'a>(headers: &'a HeaderMap, body: &'a [u8], now: i64) -> Request<'a> {
        Request { headers, content_type: "application/json", body, url: "", now }
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
            let ways = crate::sources::ways(&settings.recipes(pack).unwrap(), &vector.secret).expect(&label);
            let pairs: Vec<_> = vector.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let (headers, body) = (headers(&pairs), vector.body());
            let request = Request {
                content_type: &vector.content_type,
                url: &vector.url,
                ..request(&headers, &body, vector.at * 1000)
            };
            let verdict = verify(&ways, &request);
            assert_eq!(verdict.is_ok(), vector.holds, "{label}: {verdict:?}");
        }
    }

    fn github(header: &str, value: &str) -> Result<Verified, Refusal> {
        let ways = way(&pack("github").verify[0], key("It's a Secret to Everybody"));
        verify(&ways, &request(&headers(&[(header, value)]), b"Hello, World!", NOW))
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
        let refusal = github("X-Hub-Signature", sha1).unwrap_err();
        assert_eq!(refusal.to_string(), "header X-Hub-Signature-256 is missing; found x-hub-signature");
        assert!(matches!(github("X-Hub-Signature-256", sha1), Err(Refusal::Malformed(_))));
    }

    #[test]
    fn whatever_is_not_the_signature_is_refused() {
        assert_eq!(github("X-Hub-Signature-256", &GITHUB.replace("757", "758")), Err(Refusal::Mismatch));
        assert!(matches!(github("X-Hub-Signature-256", "sha256="), Err(Refusal::Malformed(_))));
        assert!(matches!(github("X-Hub-Signature-256", &GITHUB[7..]), Err(Refusal::Malformed(_))));
        assert_eq!(github("X-Hub-Signature-256", &GITHUB[..GITHUB.len() - 2]), Err(Refusal::Mismatch));
        assert!(matches!(github("X-Other", GITHUB), Err(Refusal::HeaderMissing { .. })));
    }

    const STRIPE_BODY: &[u8] = b"{\n  \"id\": \"evt_test_webhook\",\n  \"object\": \"event\"\n}";

    /// Made by stripe-node 23.1.0 with the secret `whsec_test_secret` at 1700000000.
    const STRIPE: &str = "v1=4f1cd7feda9826e746b7d482c4badebb657398df1099e1046364f6196a230150";

    fn stripe(value: &str, now: i64) -> Result<Verified, Refusal> {
        let headers = headers(&[("Stripe-Signature", value)]);
        verify(&way(&pack("stripe").verify[0], key("whsec_test_secret")), &request(&headers, STRIPE_BODY, now))
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
        let recipe = &pack("github").verify[0];
        let keys = |until| {
            vec![Key { bytes: b"new".to_vec(), until: None }, Key { bytes: b"old".to_vec(), until: Some(until) }]
        };
        let headers = signed(recipe, "old", b"x");
        assert!(verify(&way(recipe, keys(NOW + 1)), &request(&headers, b"x", NOW)).is_ok());
        assert_eq!(verify(&way(recipe, keys(NOW)), &request(&headers, b"x", NOW)), Err(Refusal::PreviousExpired));
    }

    #[test]
    fn every_algorithm_and_encoding_of_the_generic_source_holds() {
        for algorithm in [Algorithm::Sha256, Algorithm::Sha512, Algorithm::Sha1, Algorithm::Md5] {
            for encoding in [Encoding::Hex, Encoding::Base64] {
                let recipe = Recipe { algorithm, encoding, ..pack("generic").verify[0].clone() };
                let (headers, ways) = (signed(&recipe, "secret", b"body"), way(&recipe, key("secret")));
                assert!(verify(&ways, &request(&headers, b"body", NOW)).is_ok());
                assert_eq!(verify(&ways, &request(&headers, b"bodY", NOW)), Err(Refusal::Mismatch));
            }
        }
    }
}

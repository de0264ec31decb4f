//! Signs deliveries as a provider would, for `opscenter send`; and composes the signed content, also for verification.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::hash::{decode_key, mac};
use super::json_text::{is_form, payload};
use super::recipe::{Auth, Encoding, Part, Recipe, Scheme};
use super::scan::scan;
use super::timestamp::write_stamp;

/// A signed delivery: headers, and the body, into which some providers put the signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Names and values; empty if the signature is in the body.
    pub headers: Vec<(String, String)>,
    /// As it has to be sent.
    pub body: Vec<u8>,
    /// Parameter to add to the URL.
    pub query: Option<(&'static str, String)>,
}

/// The URL parameter of a token.
pub const TOKEN: &str = "token";

/// The delivery to sign.
#[derive(Clone, Copy, Debug)]
pub struct ToSign<'a> {
    /// Delivery id, for recipes that sign it.
    pub id: &'a str,
    /// Unix milliseconds.
    pub now: i64,
    /// The URL configured at the provider.
    pub url: &'a str,
    /// Decides whether the body has form fields to sign.
    pub content_type: &'a str,
    /// The body without a signature.
    pub body: &'a [u8],
}

/// The values of a template's parts.
#[derive(Clone, Copy, Debug)]
pub struct Content<'a> {
    /// Timestamp as sent; empty if there is none.
    pub ts: &'a str,
    /// Delivery id; empty if there is none.
    pub id: &'a str,
    /// Public URL with the query string.
    pub url: &'a str,
    /// Decides whether the body has form fields.
    pub content_type: &'a str,
    /// The raw bytes.
    pub body: &'a [u8],
}

/// Signs as the provider would; fails if only the provider has the signing key, or if the secret is malformed.
pub fn sign(recipe: &Recipe, secret: &str, to_sign: &ToSign<'_>) -> Result<Signed, String> {
    match recipe.scheme {
        Scheme::Hmac => sign_hmac(recipe, secret, to_sign),
        Scheme::Token => Ok(send_token(recipe, secret, to_sign.body.to_vec())),
        Scheme::Ed25519 | Scheme::Ecdsa | Scheme::Sns | Scheme::Paypal => {
            Err("cannot sign for this source: only the provider has the private key".to_owned())
        }
    }
}

fn sign_hmac(recipe: &Recipe, secret: &str, to_sign: &ToSign<'_>) -> Result<Signed, String> {
    let key = decode_key(recipe.key, secret)?;
    let ts = write_stamp(recipe.timestamp_unit, to_sign.now);
    let body = match &recipe.timestamp_pointer {
        Some(pointer) => with_scalar(to_sign.body, pointer, &ts),
        None => to_sign.body.to_vec(),
    };
    let ToSign { id, url, content_type, .. } = *to_sign;
    let content = Content { ts: &ts, id, url, content_type, body: &body }.of(&recipe.parts()?);
    let digest = mac(recipe.algorithm, &key, &content.iter().map(AsRef::as_ref).collect::<Vec<_>>());
    let text = match recipe.encoding {
        Encoding::Hex => hex::encode(digest),
        Encoding::Base64 => STANDARD.encode(digest),
    };
    Ok(match &recipe.signature_pointer {
        Some(pointer) => Signed { headers: Vec::new(), body: with_scalar(&body, pointer, &text), query: None },
        None => Signed { headers: headers(recipe, &text, &ts, id), body, query: None },
    })
}

fn send_token(recipe: &Recipe, secret: &str, body: Vec<u8>) -> Signed {
    let authorization = |value| ("Authorization".to_owned(), value);
    let header = match recipe.auth() {
        Auth::Query => return Signed { headers: Vec::new(), body, query: Some((TOKEN, secret.to_owned())) },
        Auth::Header => (recipe.headers.first().cloned().unwrap_or_default(), secret.to_owned()),
        Auth::Bearer => authorization(format!("Bearer {secret}")),
        Auth::Genie => authorization(format!("GenieKey {secret}")),
        Auth::Basic => {
            let user = recipe.user.as_deref().unwrap_or("opscenter");
            authorization(format!("Basic {}", STANDARD.encode(format!("{user}:{secret}"))))
        }
    };
    Signed { headers: vec![header], body, query: None }
}

/// Replaces a scalar of the JSON body, if it exists there.
fn with_scalar(body: &[u8], pointer: &str, text: &str) -> Vec<u8> {
    let Ok(mut json) = serde_json::from_slice::<serde_json::Value>(body) else { return body.to_vec() };
    if let Some(place) = json.pointer_mut(pointer) {
        *place = match text.parse::<i64>() {
            Ok(number) if place.is_number() => number.into(),
            _ => text.into(),
        };
    }
    json.to_string().into_bytes()
}

impl<'a> Content<'a> {
    /// The signed content, part by part.
    pub fn of(&self, parts: &[Part<'a>]) -> Vec<Cow<'a, [u8]>> {
        parts.iter().map(|part| self.bytes(*part)).collect()
    }

    fn bytes(&self, part: Part<'a>) -> Cow<'a, [u8]> {
        match part {
            Part::Literal(text) => text.as_bytes().into(),
            Part::Timestamp => self.ts.as_bytes().into(),
            Part::Id => self.id.as_bytes().into(),
            Part::Url => self.url.as_bytes().into(),
            Part::Body => self.body.into(),
            Part::Payload => match is_form(self.content_type).then(|| payload(self.body)).flatten() {
                Some(json) => json.into(),
                None => self.body.into(),
            },
            Part::Params => params(self.content_type, self.body).into_bytes().into(),
            Part::Pointer(pointer) => scan(self.body, &[pointer]).remove(0).unwrap_or_default().into_bytes().into(),
        }
    }
}

/// Form fields sorted by name, each name with its distinct values in sorted order, as Twilio's libraries do it.
fn params(content_type: &str, body: &[u8]) -> String {
    if !is_form(content_type) {
        return String::new();
    }
    let mut fields: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(body) {
        fields.entry(name).or_default().insert(value);
    }
    let pairs = fields.iter().flat_map(|(name, values)| values.iter().flat_map(move |value| [name, value]));
    pairs.map(AsRef::as_ref).collect()
}

fn headers(recipe: &Recipe, signature: &str, ts: &str, id: &str) -> Vec<(String, String)> {
    let mut value = format!("{}{signature}", recipe.prefix);
    if let Some(key) = &recipe.signature_key {
        value = format!("{key}={value}");
    }
    if let Some(key) = &recipe.timestamp_key {
        value = format!("{key}={ts}{}{value}", recipe.separator.as_deref().unwrap_or(","));
    }
    let mut headers = vec![(recipe.headers.first().cloned().unwrap_or_default(), value)];
    headers.extend(recipe.timestamp_header.clone().map(|name| (name, ts.to_owned())));
    headers.extend(recipe.id_header.clone().map(|name| (name, id.to_owned())));
    headers
}

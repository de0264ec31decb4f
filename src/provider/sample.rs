//! Sample deliveries: the signature, the identifying headers, and a new delivery id.

use std::collections::BTreeMap;

use serde_json::Value;

use super::hash::decode_key;
use super::identify::{Identify, Place};
use super::json_text::is_form;
use super::pack::Pack;
use super::settings::Settings;
use super::sign::{Signed, ToSign, sign};

/// A complete delivery of `event_type`, signed with the first recipe that the secret fits: all headers, and the body as sent.
pub fn sign_sample(
    pack: &Pack,
    settings: &Settings,
    secret: &str,
    event_type: &str,
    to_sign: &ToSign<'_>,
) -> Result<Signed, String> {
    let recipes = settings.recipes(pack).map_err(|(key, why)| format!("setting {key}: {why}"))?;
    let fits = recipes.iter().find(|recipe| decode_key(recipe.key, secret).is_ok());
    let recipe = fits.ok_or("the secret does not fit any verification method")?;
    let body = encoded(&pack.content_type, to_sign.body.to_vec());
    let signed = sign(recipe, secret, &ToSign { content_type: &pack.content_type, body: &body, ..*to_sign })?;
    let mut headers: BTreeMap<String, String> =
        sample_headers(&pack.identify(&settings.words), event_type, to_sign.id).into_iter().collect();
    headers.extend(signed.headers);
    headers.insert("content-type".to_owned(), pack.content_type.clone());
    Ok(Signed { headers: headers.into_iter().collect(), ..signed })
}

/// Encodes a sample as a form if the provider sends forms; samples are stored as JSON objects.
fn encoded(content_type: &str, body: Vec<u8>) -> Vec<u8> {
    if !is_form(content_type) {
        return body;
    }
    let Ok(fields) = serde_json::from_slice::<BTreeMap<String, String>>(&body) else { return body };
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes()
}

/// Headers that identify the delivery by `event_type` and `id`.
pub fn sample_headers(identify: &Identify, event_type: &str, id: &str) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    if let Some([Place::Header(name), rest @ ..]) = identify.kind.first().map(Vec::as_slice) {
        // If the body completes the type, the header contains only the first part.
        let word = if rest.is_empty() { event_type } else { event_type.split('.').next().unwrap_or(event_type) };
        headers.push((name.clone(), word.to_owned()));
    }
    if let Some([Place::Header(name)]) = identify.id.first().map(Vec::as_slice) {
        headers.push((name.clone(), id.to_owned()));
    }
    headers
}

/// Replaces the delivery id in the body, if the pack reads it from there; a body that is not JSON is unchanged.
pub fn with_fresh_id(identify: &Identify, body: &[u8], id: &str) -> Vec<u8> {
    let Ok(mut json) = serde_json::from_slice::<Value>(body) else { return body.to_vec() };
    let mut changed = false;
    if identify.id.iter().flatten().any(|place| matches!(place, Place::Body(_)))
        && let Some(object) = json.as_object_mut()
    {
        object.insert("opscenter_delivery".to_owned(), id.into());
        changed = true;
    }
    for place in identify.id.iter().flatten() {
        if let Place::Pointer(pointer) = place
            && let Some(value) = json.pointer_mut(pointer)
        {
            *value = format!("evt_{id}").into();
            changed = true;
        }
    }
    match serde_json::to_vec(&json) {
        Ok(bytes) if changed => bytes,
        _ => body.to_vec(),
    }
}

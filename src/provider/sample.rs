//! What a sample delivery needs beside its signature: headers that name it, and an id of its own.

use serde_json::Value;

use super::identify::{Identify, Place};

/// Headers that make a delivery of `event_type` with `id` be known as such.
pub fn sample_headers(identify: &Identify, event_type: &str, id: &str) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    if let Some([Place::Header(name), rest @ ..]) = identify.kind.first().map(Vec::as_slice) {
        // Where the body completes the type, the header holds its first word.
        let word = if rest.is_empty() { event_type } else { event_type.split('.').next().unwrap_or(event_type) };
        headers.push((name.clone(), word.to_owned()));
    }
    if let Some([Place::Header(name)]) = identify.id.first().map(Vec::as_slice) {
        headers.push((name.clone(), id.to_owned()));
    }
    headers
}

/// The body with another id where the pack looks for one in it; a body that is not JSON stays as it is.
pub fn with_fresh_id(identify: &Identify, body: &[u8], id: &str) -> Vec<u8> {
    let Ok(mut json) = serde_json::from_slice::<Value>(body) else { return body.to_vec() };
    let mut changed = false;
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

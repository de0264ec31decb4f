//! Forms: the field `payload` (GitHub and Gitea can send either), or all fields as an object (Twilio, Slack commands).

use serde_json::{Map, Value};

use super::looks_like_json;

/// The JSON of a form; `None` if the text is JSON itself, as `curl -d` sends it.
pub fn json(text: &[u8]) -> Option<Vec<u8>> {
    if looks_like_json(text) {
        return None;
    }
    let payload = form_urlencoded::parse(text).find(|(name, _)| name == "payload");
    Some(payload.map_or_else(|| fields(text), |(_, value)| value.into_owned().into_bytes()))
}

/// Converts a form to a JSON object; of duplicate fields the last one wins, as with JSON keys.
fn fields(text: &[u8]) -> Vec<u8> {
    let fields =
        form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())));
    Value::Object(fields.collect::<Map<_, _>>()).to_string().into_bytes()
}

//! Forms: the field `payload` (GitHub and Gitea can send either), or all fields as an object (Twilio, Slack commands).

use serde_json::{Map, Value};

use super::{looks_like_json, media_type};

/// Whether a content type is that of a form. Types are compared without case (RFC 9110, section 8.3.1).
pub fn is_form(content_type: &str) -> bool {
    media_type(content_type).eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The field `payload` of a form.
pub fn payload(text: &[u8]) -> Option<Vec<u8>> {
    let field = form_urlencoded::parse(text).find(|(name, _)| name == "payload");
    field.map(|(_, value)| value.into_owned().into_bytes())
}

/// The JSON of a form; `None` if the text is JSON itself, as `curl -d` sends it.
pub fn json(text: &[u8]) -> Option<Vec<u8>> {
    if looks_like_json(text) {
        return None;
    }
    Some(payload(text).unwrap_or_else(|| fields(text)))
}

/// Converts a form to a JSON object; of duplicate fields the last one wins, as with JSON keys.
fn fields(text: &[u8]) -> Vec<u8> {
    let fields =
        form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())));
    Value::Object(fields.collect::<Map<_, _>>()).to_string().into_bytes()
}

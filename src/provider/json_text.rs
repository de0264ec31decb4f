//! Extracts the JSON of a delivery: the body itself, the form field `payload` (GitHub and Gitea can send either), or a form's
//! fields as an object (Twilio, Slack commands).

use std::borrow::Cow;

use serde_json::{Map, Value};

/// The JSON text of a body, borrowed unless the body is a form. Whether it is valid JSON is not checked.
pub fn json_text<'a>(content_type: &str, body: &'a [u8]) -> Cow<'a, [u8]> {
    if !content_type.trim_start().starts_with("application/x-www-form-urlencoded") {
        return Cow::Borrowed(body);
    }
    let payload = form_urlencoded::parse(body).find(|(name, _)| name == "payload");
    payload.map_or_else(|| Cow::Owned(fields(body)), |(_, value)| Cow::Owned(value.into_owned().into_bytes()))
}

/// Converts a form to a JSON object; of duplicate fields the last one wins, as with JSON keys.
fn fields(body: &[u8]) -> Vec<u8> {
    let fields =
        form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())));
    Value::Object(fields.collect::<Map<_, _>>()).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_field_is_unwrapped() {
        let form = "application/x-www-form-urlencoded; charset=utf-8";
        assert_eq!(&*json_text(form, b"payload=%7B%22a%22%3A1%7D"), br#"{"a":1}"#);
        assert_eq!(&*json_text("application/json", b"payload=x"), b"payload=x");
        assert_eq!(&*json_text(form, b"SmsStatus=failed&To=%2B1"), br#"{"SmsStatus":"failed","To":"+1"}"#);
    }
}

//! Extracts the JSON of a delivery, whatever its sender wraps it into: another charset, a form, a multipart message.
//!
//! `charset` decodes, `form` and `multipart` unwrap. What is not quite JSON is left to `repair`, after a strict parse failed.

mod charset;
mod form;
mod multipart;
mod repair;

use std::borrow::Cow;

pub use form::{is_form, payload};
pub use repair::repaired;

/// The JSON text of a body, borrowed where it is the body. Whether it is valid JSON is not checked.
pub fn json_text<'a>(content_type: &str, body: &'a [u8]) -> Cow<'a, [u8]> {
    let text = charset::to_utf8(content_type, body);
    let unwrapped = if is_form(content_type) {
        form::json(&text)
    } else if multipart::is_multipart(content_type) {
        multipart::json(content_type, &text)
    } else {
        None
    };
    unwrapped.map_or(text, Cow::Owned)
}

fn media_type(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// Whether text is meant to be a JSON object or array.
fn looks_like_json(text: &[u8]) -> bool {
    matches!(text.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// The value of a parameter of a header such as `Content-Type`, without quotes.
fn parameter<'h>(header: &'h str, name: &str) -> Option<&'h str> {
    header.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "Application/X-WWW-Form-Urlencoded; charset=utf-8";

    fn text(content_type: &str, body: &[u8]) -> String {
        String::from_utf8(json_text(content_type, body).into_owned()).unwrap()
    }

    #[test]
    fn a_form_is_unwrapped() {
        assert_eq!(text(FORM, b"payload=%7B%22a%22%3A1%7D"), r#"{"a":1}"#);
        assert_eq!(text("application/json", b"payload=x"), "payload=x");
        assert_eq!(text(FORM, b"SmsStatus=failed&To=%2B1"), r#"{"SmsStatus":"failed","To":"+1"}"#);
        assert_eq!(text(FORM, b" {\"a\": 1}"), " {\"a\": 1}", "`curl -d` sends JSON under this type");
    }

    #[test]
    fn a_charset_is_decoded() {
        assert_eq!(text("application/json", b"\xef\xbb\xbf{}"), "{}");
        assert_eq!(text("application/json; charset=ISO-8859-1", b"\"caf\xe9\""), "\"café\"");
        assert_eq!(text("text/plain; Charset=\"windows-1252\"", b"\x80 5"), "€ 5");
        let wide: Vec<u8> = "{\"ü\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(text("application/json; charset=utf-16", &wide), "{\"ü\":1}");
        assert_eq!(text("application/json", &wide), "{\"ü\":1}", "RFC 4627, section 3");
        assert_eq!(text("application/json", &[&b"\xff\xfe"[..], &wide].concat()), "{\"ü\":1}");
        assert_eq!(text("application/json; charset=nonsense", b"{}"), "{}");
    }

    #[test]
    fn the_json_part_of_a_multipart_message_is_found() {
        let kind = "multipart/form-data; boundary=\"x y\"";
        let body = b"--x y\r\nContent-Disposition: form-data; name=\"thumb\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\r\n\
            --x y\r\nContent-Disposition: form-data; name=\"payload\"\r\nContent-Type: application/json\r\n\r\n{\"a\": 1}\r\n--x y--\r\n";
        assert_eq!(text(kind, body), "{\"a\": 1}");
        let fields = b"--x y\r\nContent-Disposition: form-data; name=\"subject\"\r\n\r\nDisk full\r\n--x y--\r\n";
        assert_eq!(text(kind, fields), r#"{"subject":"Disk full"}"#);
        assert_eq!(text("multipart/form-data", b"--x"), "--x", "it names no boundary");
    }
}

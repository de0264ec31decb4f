//! Where the JSON of a delivery is: the body itself, or the form field `payload` (GitHub and Gitea can send either).

use std::borrow::Cow;

/// The JSON text of a body.
pub fn json_text<'a>(content_type: &str, body: &'a [u8]) -> Cow<'a, [u8]> {
    if !content_type.trim_start().starts_with("application/x-www-form-urlencoded") {
        return Cow::Borrowed(body);
    }
    form_urlencoded::parse(body)
        .find(|(name, _)| name == "payload")
        .map_or(Cow::Borrowed(body), |(_, value)| Cow::Owned(value.into_owned().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_field_is_unwrapped() {
        let form = "application/x-www-form-urlencoded; charset=utf-8";
        assert_eq!(&*json_text(form, b"payload=%7B%22a%22%3A1%7D"), br#"{"a":1}"#);
        assert_eq!(&*json_text("application/json", b"payload=x"), b"payload=x");
        assert_eq!(&*json_text(form, b"other=x"), b"other=x");
    }
}
